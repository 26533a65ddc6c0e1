package zipcheck

import (
	"compress/flate"
	"errors"
	"io"
)

// entry is what went by.
type entry struct {
	offset       int64
	packed, size uint64
	crc          uint32
	flags        uint16
	method       uint16
	unchecked    bool // neither CRC-32 nor sizes are certain
}

// maxEntries is how many entries are kept to compare the directory with.
const maxEntries = 1 << 20

func (v *verifier) note(e entry) {
	if len(v.entries) < maxEntries {
		v.entries = append(v.entries, e)
		v.offsets += uint64(e.offset)
	}
}

// noteEntry keeps what may be an entry, without knowing where it ends.
func (v *verifier) noteEntry() {
	if b, err := v.Peek(entryHeaderSize); err == nil {
		v.note(entry{offset: v.position(), flags: le.Uint16(b[6:]), method: le.Uint16(b[8:]), unchecked: true})
	}
}

// checkEntry checks the entry that begins here, and gets lost where nothing
// tells its end.
func (v *verifier) checkEntry() error {
	e := entry{offset: v.position()}
	h, length, err := v.readHeader(entryHeaderSize, 4)
	if err != nil {
		return err
	}
	if err := v.take(int64(length)); err != nil {
		return err
	}
	e.flags, e.method, e.unchecked = h.flags, h.method, !h.readable()
	if !h.isFolder() || !v.atPart() { // else it has no contents, whatever its flags say
		err = v.readContents(h, &e)
	}
	v.note(e)
	return err
}

// atPart reports whether a part of the archive begins here.
func (v *verifier) atPart() bool {
	b, err := v.Peek(4)
	return err == nil && isPart(b)
}

// atEmptyDescriptor reports whether the descriptor of an empty entry begins here.
func (v *verifier) atEmptyDescriptor() bool {
	const empty = descriptorSignature + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	b, err := v.Peek(len(empty) + 4)
	return err == nil && string(b[:len(empty)]) == empty && isPart(b[len(empty):])
}

// readContents passes over the entry's contents, and fills in what they are.
func (v *verifier) readContents(h *header, e *entry) (err error) {
	start := v.position()
	switch {
	case h.readable() && h.method == deflated && (h.has(described) || h.packed > 0):
		e.crc, e.size, err = v.inflate()
		e.packed = uint64(v.position() - start)
	case h.sized(), h.method == stored && v.atEmptyDescriptor():
		e.packed, e.size = h.packed, h.packed
		e.crc, err = v.sum(int64(h.packed))
		if e.unchecked {
			e.size = h.size
		}
	default:
		e.unchecked, v.lost = true, true
		e.packed = h.packed
		return nil
	}
	told := h.sized() && h.size != max32 && !h.has(described)
	if told && e.packed > h.packed {
		return wrong(ErrDamaged, h.name, "its compressed data goes beyond the %d bytes that its header tells", h.packed)
	}
	if err == nil && told {
		err = v.take(int64(h.packed - e.packed)) // what writers left after the end
		e.packed = h.packed
	}
	switch {
	case err != nil:
		return contentsError(h, err)
	case h.has(described):
		return v.readDescriptor(h, e)
	case told:
		return e.compare(h, "its header")
	}
	return nil
}

// contentsError tells what kept the contents from being read.
func contentsError(h *header, err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &corrupt):
		return wrong(ErrDamaged, h.name, "its contents can't be decompressed")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return wrong(ErrTruncated, h.name, "the data ends within it")
	}
	return err
}

// readDescriptor passes over the descriptor. It may begin with a signature, and
// its sizes have 32 or 64 bits.
func (v *verifier) readDescriptor(h *header, e *entry) error {
	b, err := v.Peek(24)
	if err != nil {
		return contentsError(h, err)
	}
	length := int64(0)
	if string(b[:4]) == descriptorSignature {
		length = 4
	}
	crc, sizes := le.Uint32(b[length:]), b[length+4:]
	switch {
	case !e.unchecked && crc != e.crc:
		return wrong(ErrDamaged, h.name, "its CRC-32 is %08x, but its descriptor tells %08x", e.crc, crc)
	case le.Uint64(sizes) == e.packed && le.Uint64(sizes[8:]) == e.size:
		length += 20
	case le.Uint32(sizes) == uint32(e.packed) && le.Uint32(sizes[4:]) == uint32(e.size):
		length += 12
	default:
		v.lost = true // readers that don't look at these sizes get along
		return nil
	}
	return v.take(length)
}

// compare returns an error if h, which is its header or in the directory, tells
// another thing.
func (e *entry) compare(h *header, where string) error {
	switch {
	case e.method != h.method, (e.flags^h.flags)&encrypted != 0:
		return wrong(ErrDamaged, h.name, "%s tells another method", where)
	case e.unchecked && e.packed == max32 && h.packed < max32:
		return wrong(ErrDamaged, h.name, "it has no room for a size that %s tells as %d", where, h.packed)
	case e.unchecked:
		return nil
	case h.flags&^e.flags&described != 0:
		return wrong(ErrDamaged, h.name, "%s tells of a descriptor that it doesn't have", where)
	case e.packed != h.packed, e.size != h.size:
		return wrong(ErrDamaged, h.name, "it has %d bytes, %d compressed, but %s tells %d and %d", e.size, e.packed, where, h.size, h.packed)
	case e.crc != h.crc && (h.crc != 0 || h.has(described)):
		return wrong(ErrDamaged, h.name, "its CRC-32 is %08x, but %s tells %08x", e.crc, where, h.crc)
	}
	return nil
}
