package zipcheck

import "strings"

// Sizes of the headers without name, extra fields and comment.
const (
	entryHeaderSize     = 30
	directoryHeaderSize = 46
)

// max32 in a field of 32 bits means that the value is in an extra field.
const max32 = 1<<32 - 1

// Flags.
const (
	encrypted = 1<<0 | 1<<13 // the contents, the header
	described = 1 << 3       // a descriptor, with CRC-32 and sizes, follows the contents
)

// Compression methods.
const (
	stored   = 0
	deflated = 8
)

// header is what an archive tells of an entry, before it or in the directory.
type header struct {
	name          string
	flags, method uint16
	crc           uint32
	packed, size  uint64 // compressed and not
	offset        uint64 // only in the directory
}

func (h *header) has(flag uint16) bool { return h.flags&flag != 0 }

// readable reports whether the contents can be checked.
func (h *header) readable() bool {
	return !h.has(encrypted) && (h.method == stored || h.method == deflated)
}

// sized reports whether the compressed size is known beforehand.
func (h *header) sized() bool {
	return h.packed != max32 && (h.packed > 0 || !h.has(described) || h.isFolder())
}

func (h *header) isFolder() bool { return strings.HasSuffix(h.name, "/") }

// readHeader reads the header that begins here, without passing over it, and
// returns its length. Both kinds have the same fields from the version on.
func (v *verifier) readHeader(size, version int) (h *header, length int, err error) {
	b, err := v.Peek(size)
	if err != nil {
		return nil, 0, err
	}
	name := size + int(le.Uint16(b[version+22:]))
	length = name + int(le.Uint16(b[version+24:]))
	if b, err = v.Peek(length); err != nil {
		return nil, 0, err
	}
	fields := b[version:]
	h = &header{
		name:   string(b[size:name]),
		flags:  le.Uint16(fields[2:]),
		method: le.Uint16(fields[4:]),
		crc:    le.Uint32(fields[10:]),
		packed: uint64(le.Uint32(fields[14:])),
		size:   uint64(le.Uint32(fields[18:])),
	}
	if size == directoryHeaderSize {
		h.offset = uint64(le.Uint32(b[42:]))
		length += int(le.Uint16(b[32:])) // comment
	}
	h.widen(b[name:])
	return h, length, nil
}

// widen takes values of 64 bits from the ZIP64 extra field, which holds, in
// this order, those that the header itself has no room for.
func (h *header) widen(extra []byte) {
	const zip64 = 1
	for len(extra) >= 4 {
		id, field := le.Uint16(extra), extra[4:]
		size := int(le.Uint16(extra[2:]))
		if size > len(field) {
			return
		}
		field, extra = field[:size], field[size:]
		if id != zip64 {
			continue
		}
		for _, value := range []*uint64{&h.size, &h.packed, &h.offset} {
			if *value == max32 && len(field) >= 8 {
				*value, field = le.Uint64(field), field[8:]
			}
		}
		return
	}
}
