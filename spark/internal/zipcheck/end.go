package zipcheck

// maxTail is how far from the end readers look for the end record.
const maxTail = 65 << 10

// endRecord tells where the directory is.
type endRecord struct {
	position              int64
	records, size, offset uint64
}

// end is the last end record, or the ZIP64 one in place of it, and the directory
// before it.
type end struct {
	endRecord
	directory   directory
	start, stop int64
}

// readEnd reads the part of the archive's end that begins here, if it is one.
func (v *verifier) readEnd(signature string) {
	length := map[string]int{endSignature: 22, locatorSignature: 20, end64Signature: 56}[signature]
	b, err := v.Peek(length)
	if err != nil {
		return
	}
	position := v.position()
	switch signature {
	case end64Signature:
		v.end64 = endRecord{position, le.Uint64(b[32:]), le.Uint64(b[40:]), le.Uint64(b[48:])}
	case locatorSignature:
		disk, offset, disks := le.Uint32(b[4:]), le.Uint64(b[8:]), le.Uint32(b[16:])
		if disk == 0 && disks == 1 && offset == uint64(v.end64.position) {
			v.located = position
		}
	case endSignature:
		record := endRecord{position, uint64(le.Uint16(b[10:])), uint64(le.Uint32(b[12:])), uint64(le.Uint32(b[16:]))}
		full := record.records == 1<<16-1 || record.size == max32 || record.offset == max32
		if full && v.located == position-20 {
			record = v.end64
		}
		v.end = &end{record, v.directory, position, position + 22 + int64(le.Uint16(b[20:]))}
	}
}

// checkEnd gives the verdict once everything has gone by.
func (v *verifier) checkEnd() error {
	switch e := v.end; {
	case e == nil, v.directory.start >= e.stop: // that was the end of an archive inside
		return wrong(ErrTruncated, "", "its end is missing")
	case e.stop > v.received.n:
		return wrong(ErrTruncated, "", "the data ends within its comment")
	case v.received.n-e.start > maxTail:
		return wrong(ErrDamaged, "", "more than 64 kB follow its end")
	}
	return v.checkDirectory(&v.end.directory, v.end.endRecord)
}
