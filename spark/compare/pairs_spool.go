package compare

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"sort"

	"github.com/sparkgo/spark-go/spark/record"
)

// maxIndexed is about how many calls the index of a spool has at a time. They take
// 48 MB.
var maxIndexed = 2 << 20

// spool stores the calls of A in a temporary file and finds them by key. The index in
// memory has one part of the keys at a time if there are too many calls for all of them.
type spool struct {
	file   *os.File
	writer *bufio.Writer
	size   int64 // of the file
	calls  int
	index  []entry
}

// entry is a call in the index. The index is sorted by key, then by place in the file.
// Calls with the same key are taken in this order.
type entry struct {
	key    hash
	offset int64 // of the call in the file; ^offset once the call has been taken
}

// hash stands for a key. Different keys have different hashes: neither chance nor intent
// finds two with the same 128 bits of SHA-256. The hash of an empty key is zero.
type hash [16]byte

// headerSize is the size of the header before each call in the file: the hash of its
// key, and the size of its JSON.
const headerSize = len(hash{}) + 8

func hashOf(key string) hash {
	if key == "" {
		return hash{}
	}
	sum := sha256.Sum256([]byte(key))
	return hash(sum[:])
}

func newSpool() (*spool, error) {
	file, err := os.CreateTemp("", "spark-compare-*")
	if err != nil {
		return nil, spoolError(err)
	}
	// On most systems an open file can be removed. It then disappears with the process,
	// however that ends. On others close removes it.
	_ = os.Remove(file.Name())
	return &spool{file: file, writer: bufio.NewWriterSize(file, 64<<10)}, nil
}

func (s *spool) close() {
	_ = s.file.Close()
	_ = os.Remove(s.file.Name())
}

func spoolError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("store the calls of A in a temporary file: %w; free space in %s, or set TMPDIR to a directory with more space", err, os.TempDir())
}

// add appends a call to the file.
func (s *spool) add(call *record.Call, key hash) error {
	data, err := call.MarshalJSON()
	if err != nil {
		return fmt.Errorf("store a call of A: %w", err)
	}
	_, _ = s.writer.Write(binary.LittleEndian.AppendUint64(key[:], uint64(len(data)))) // the next Write returns the error as well
	_, err = s.writer.Write(data)
	s.size += int64(headerSize + len(data))
	s.calls++
	return spoolError(err)
}

// parts returns how many parts of the keys are indexed one after the other.
func (s *spool) parts() int { return max(1, (s.calls+maxIndexed-1)/maxIndexed) }

// part returns which part a key belongs to.
func (s *spool) part(key hash) int {
	return int(binary.LittleEndian.Uint64(key[:]) % uint64(s.parts()))
}

// load indexes all calls of one part. No call can be added afterwards.
func (s *spool) load(part int) error {
	if err := s.writer.Flush(); err != nil {
		return spoolError(err)
	}
	s.index = slices.Grow(s.index[:0], min(s.calls, maxIndexed))
	for offset := int64(0); offset < s.size; {
		key, size, err := s.readHeader(offset)
		if err != nil {
			return err
		}
		if s.part(key) == part {
			s.index = append(s.index, entry{key, offset})
		}
		offset += int64(headerSize) + size
	}
	slices.SortFunc(s.index, func(a, b entry) int {
		return cmp.Or(bytes.Compare(a.key[:], b.key[:]), cmp.Compare(a.offset, b.offset))
	})
	return nil
}

// take returns the next call with a key of the loaded part, or nil if there is none.
func (s *spool) take(key hash) (*record.Call, error) {
	at := sort.Search(len(s.index), func(i int) bool {
		e := &s.index[i]
		order := bytes.Compare(e.key[:], key[:])
		return order > 0 || order == 0 && e.offset >= 0
	})
	if key == (hash{}) || at == len(s.index) || s.index[at].key != key {
		return nil, nil
	}
	offset := s.index[at].offset
	s.index[at].offset = ^offset
	return s.read(offset)
}

// unmatched returns the calls of the part that haven't been taken, in the order of the
// file. No call can be taken afterwards.
func (s *spool) unmatched() []entry {
	s.index = slices.DeleteFunc(s.index, func(e entry) bool { return e.offset < 0 })
	slices.SortFunc(s.index, func(a, b entry) int { return cmp.Compare(a.offset, b.offset) })
	return s.index
}

func (s *spool) readHeader(offset int64) (key hash, size int64, err error) {
	var header [headerSize]byte
	_, err = s.file.ReadAt(header[:], offset)
	return hash(header[:len(key)]), int64(binary.LittleEndian.Uint64(header[len(key):])), spoolError(err)
}

func (s *spool) read(offset int64) (*record.Call, error) {
	_, size, err := s.readHeader(offset)
	if err != nil {
		return nil, err
	}
	data := make([]byte, size)
	if _, err := s.file.ReadAt(data, offset+int64(headerSize)); err != nil {
		return nil, spoolError(err)
	}
	return record.ParseCall(data)
}
