package zipcheck

import (
	"cmp"
	"slices"
)

// directory is the last run of directory entries. One before it was part of the
// contents, or left over from an older state of the archive.
type directory struct {
	start, next int64 // where it begins and goes on
	count       int
	offsets     uint64 // sum
	mismatch    error  // the first entry that isn't what went by
}

// maxHidden is how many places are kept that look like the directory's entries,
// inside of others that do.
const maxHidden = 1 << 16

// readDirectoryEntry reads the directory's entry that begins here, if it is one,
// and returns its length.
func (v *verifier) readDirectoryEntry() int {
	d, position := &v.directory, v.position()
	if position < d.next {
		if len(v.hidden) < maxHidden {
			v.hidden = append(v.hidden, position)
		}
		return 4
	}
	h, length, err := v.readHeader(directoryHeaderSize, 6)
	if err != nil {
		return 4
	}
	if position > d.next {
		*d = directory{start: position}
	}
	d.next = position + int64(length)
	d.count++
	d.offsets += h.offset
	if d.mismatch == nil {
		d.mismatch = v.compareDirectory(h)
	}
	return length
}

// compareDirectory compares an entry of the directory with what went by.
func (v *verifier) compareDirectory(h *header) error {
	byOffset := func(e entry, offset int64) int { return cmp.Compare(e.offset, offset) }
	i, found := slices.BinarySearchFunc(v.entries, int64(h.offset), byOffset)
	switch {
	case !found && len(v.entries) < maxEntries:
		return wrong(ErrDamaged, h.name, "it should begin at byte %d, but no entry does", h.offset)
	case h.isFolder() && h.size > 0:
		return wrong(ErrDamaged, h.name, "it is a folder, but the directory tells that it has contents")
	case !found, h.isFolder():
		return nil
	}
	return v.entries[i].compare(h, "the directory")
}

// checkDirectory compares the directory with what the end record tells of it.
func (v *verifier) checkDirectory(d *directory, e endRecord) error {
	space := uint64(e.position) - e.size // before the directory; some leave bytes behind it
	switch {
	case len(v.hidden) == maxHidden, slices.Contains(v.hidden, int64(e.offset)):
		return nil // contents looked like the beginning of the directory, and went on into it
	case uint16(d.count) != uint16(e.records):
		return wrong(ErrDamaged, "", "its directory has %d entries, but its end tells %d", d.count, e.records)
	case uint64(e.position) < e.size:
		return wrong(ErrDamaged, "", "its directory can't have the %d bytes that its end tells", e.size)
	case d.count > 0 && (uint64(d.start) != e.offset || space < e.offset):
		return wrong(ErrDamaged, "", "its directory begins at byte %d, but its end tells %d", d.start, min(e.offset, space))
	case d.next > e.position:
		return wrong(ErrDamaged, "", "its directory goes on beyond its end")
	case d.mismatch == nil && d.count == len(v.entries) && d.offsets != v.offsets:
		return wrong(ErrDamaged, "", "its directory has an entry twice and lacks another one")
	}
	return d.mismatch
}
