package compare

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
)

// index finds kept records by key. It is a hash table on disk, so that it takes no
// memory: slots by the hash of the key, each with the queue of the entries that
// have it, in the order in which they were added.
type index struct {
	entries *store
	slots   *store
	count   int64 // of entries
	mask    uint64
}

// hash stands for a key. Different keys have different ones: 128 bits of SHA-256
// don't meet by chance, nor by design.
type hash [16]byte

func hashOf(key string) (h hash) {
	sum := sha256.Sum256([]byte(key))
	copy(h[:], sum[:])
	return h
}

// entry is a kept record: where it stands, and which entry is next in its queue.
// Entries are numbered from 1, 0 is none.
type entry struct {
	key          hash
	offset, size int64
	next         int64
	taken        bool
}

const (
	entrySize   = 48
	nextOffset  = 32
	takenOffset = 40
	slotSize    = 32
)

// slot is the queue of the entries with a key. An empty slot has no last entry.
type slot struct {
	key         hash
	first, last int64
}

func newIndex() (*index, error) {
	entries, err := newStore()
	if err != nil {
		return nil, err
	}
	slots, err := newStore()
	if err != nil {
		entries.close()
		return nil, err
	}
	return &index{entries: entries, slots: slots}, nil
}

func (x *index) close() {
	x.entries.close()
	x.slots.close()
}

// add notes a record. It can be found after build.
func (x *index) add(key string, offset, size int64) error {
	var data [entrySize]byte
	if key != "" {
		h := hashOf(key)
		copy(data[:], h[:])
	}
	binary.LittleEndian.PutUint64(data[16:], uint64(offset))
	binary.LittleEndian.PutUint64(data[24:], uint64(size))
	_, err := x.entries.add(data[:])
	x.count++
	return err
}

// build makes the table, of which at most half the slots are taken.
func (x *index) build() error {
	if err := x.entries.flush(); err != nil {
		return err
	}
	slots := uint64(1) << bits.Len64(uint64(2*x.count))
	x.mask = slots - 1
	if err := x.slots.Truncate(int64(slots) * slotSize); err != nil {
		return storeError(err)
	}
	var failed error
	err := x.each(func(number int64, e entry) bool {
		if e.key != (hash{}) {
			failed = x.enqueue(number, e.key)
		}
		return failed == nil
	})
	return errors.Join(err, failed)
}

// each goes through the entries in the order in which they were added. What it
// tells of queues may be out of date.
func (x *index) each(yield func(number int64, e entry) bool) error {
	all := bufio.NewReaderSize(io.NewSectionReader(x.entries, 0, x.entries.size), 64<<10)
	var data [entrySize]byte
	for number := range x.count {
		if _, err := io.ReadFull(all, data[:]); err != nil {
			return storeError(err)
		}
		if !yield(number+1, decodeEntry(data[:])) {
			return nil
		}
	}
	return nil
}

// enqueue puts an entry at the end of the queue of its key.
func (x *index) enqueue(number int64, key hash) error {
	at, s, err := x.find(key)
	if err != nil {
		return err
	}
	if s.last != 0 {
		if err := x.putNext(s.last, number); err != nil {
			return err
		}
		s.last = number
	} else {
		s = slot{key, number, number}
	}
	return x.putSlot(at, s)
}

// take returns the next entry with a key, and false if there is none left.
func (x *index) take(key string) (e entry, ok bool, err error) {
	if key == "" {
		return entry{}, false, nil
	}
	at, s, err := x.find(hashOf(key))
	if err != nil || s.first == 0 {
		return entry{}, false, err
	}
	if e, err = x.entry(s.first); err != nil {
		return entry{}, false, err
	}
	if err := x.entries.put([]byte{1}, (s.first-1)*entrySize+takenOffset); err != nil {
		return entry{}, false, err
	}
	s.first = e.next
	return e, true, x.putSlot(at, s)
}

// find returns the slot of a key, or the empty one where it would be.
func (x *index) find(key hash) (at uint64, s slot, err error) {
	var data [slotSize]byte
	for at = binary.LittleEndian.Uint64(key[:]) & x.mask; ; at = (at + 1) & x.mask {
		if err := x.slots.get(data[:], int64(at)*slotSize); err != nil {
			return 0, slot{}, err
		}
		copy(s.key[:], data[:])
		s.first = int64(binary.LittleEndian.Uint64(data[16:]))
		s.last = int64(binary.LittleEndian.Uint64(data[24:]))
		if s.last == 0 || s.key == key {
			return at, s, nil
		}
	}
}

func (x *index) putSlot(at uint64, s slot) error {
	var data [slotSize]byte
	copy(data[:], s.key[:])
	binary.LittleEndian.PutUint64(data[16:], uint64(s.first))
	binary.LittleEndian.PutUint64(data[24:], uint64(s.last))
	return x.slots.put(data[:], int64(at)*slotSize)
}

func (x *index) putNext(number, next int64) error {
	var data [8]byte
	binary.LittleEndian.PutUint64(data[:], uint64(next))
	return x.entries.put(data[:], (number-1)*entrySize+nextOffset)
}

func (x *index) entry(number int64) (entry, error) {
	var data [entrySize]byte
	err := x.entries.get(data[:], (number-1)*entrySize)
	return decodeEntry(data[:]), err
}

func decodeEntry(data []byte) (e entry) {
	copy(e.key[:], data)
	e.offset = int64(binary.LittleEndian.Uint64(data[16:]))
	e.size = int64(binary.LittleEndian.Uint64(data[24:]))
	e.next = int64(binary.LittleEndian.Uint64(data[nextOffset:]))
	e.taken = data[takenOffset] != 0
	return e
}
