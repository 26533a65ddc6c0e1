package compare

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"sort"

	"github.com/sparkgo/spark-go/spark/record"
)

// maxIndexed is how many calls the index of a spool has at a time, give or take a
// few. They take 48 MB.
var maxIndexed = 2 << 20

// spool keeps the calls of A in a temporary file, and finds them by key. Its index is
// in memory. Where the calls are too many for it, it has one part of the keys at a
// time.
type spool struct {
	file   *os.File
	writer *bufio.Writer
	size   int64 // of the file
	count  int   // of the calls
	index  []entry
}

// entry is a call in the index, which is in the order of the keys. Calls with the
// same key are in the order of the file, so those that have been taken come first.
type entry struct {
	key    hash
	offset int64 // of the call in the file; ^offset if the call has been taken
}

// hash stands for a key. Different keys have different ones: 128 bits of SHA-256
// don't meet by chance, nor by design. It is zero for an empty key.
type hash [2]uint64

// headerSize is that of what stands before each record in the file: the hash of its
// key, and its size.
const headerSize = 24

func hashOf(key string) hash {
	if key == "" {
		return hash{}
	}
	sum := sha256.Sum256([]byte(key))
	return hash{binary.LittleEndian.Uint64(sum[:]), binary.LittleEndian.Uint64(sum[8:])}
}

func (h hash) compare(other hash) int {
	if h[0] != other[0] {
		return cmp.Compare(h[0], other[0])
	}
	return cmp.Compare(h[1], other[1])
}

func newSpool() (*spool, error) {
	file, err := os.CreateTemp("", "spark-compare-*")
	if err != nil {
		return nil, spoolError(err)
	}
	// Where an open file can be removed it goes with the process, however that
	// ends. Elsewhere close removes it.
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
	return fmt.Errorf("keep the calls of A in a temporary file: %w; make room in %s, or set TMPDIR to a directory with room", err, os.TempDir())
}

// add appends a call to the file.
func (s *spool) add(call *record.Call, key hash) error {
	data, err := call.MarshalJSON()
	if err != nil {
		return fmt.Errorf("keep a call of A: %w", err)
	}
	header := make([]byte, 0, headerSize)
	for _, n := range []uint64{key[0], key[1], uint64(len(data))} {
		header = binary.LittleEndian.AppendUint64(header, n)
	}
	_, _ = s.writer.Write(header) // the next one returns the error as well
	_, err = s.writer.Write(data)
	s.size += headerSize + int64(len(data))
	s.count++
	return spoolError(err)
}

// parts returns how many parts of the keys are to be indexed one after the other.
func (s *spool) parts() int { return max(1, (s.count+maxIndexed-1)/maxIndexed) }

// part returns which part a key belongs to.
func (s *spool) part(key hash) int { return int(key[0] % uint64(s.parts())) }

// load indexes all calls of one part. None can be added afterwards.
func (s *spool) load(part int) error {
	if err := s.writer.Flush(); err != nil {
		return spoolError(err)
	}
	s.index = slices.Grow(s.index[:0], min(s.count, maxIndexed))
	for offset := int64(0); offset < s.size; {
		key, size, err := s.header(offset)
		if err != nil {
			return err
		}
		if s.part(key) == part {
			s.index = append(s.index, entry{key, offset})
		}
		offset += headerSize + size
	}
	slices.SortFunc(s.index, func(a, b entry) int {
		return cmp.Or(a.key.compare(b.key), cmp.Compare(a.offset, b.offset))
	})
	return nil
}

// take returns the next call with a key of the part that is loaded, and nil if there
// is none.
func (s *spool) take(key hash) (*record.Call, error) {
	at := sort.Search(len(s.index), func(i int) bool {
		e := &s.index[i]
		order := e.key.compare(key)
		return order > 0 || order == 0 && e.offset >= 0
	})
	if key == (hash{}) || at == len(s.index) || s.index[at].key != key {
		return nil, nil
	}
	offset := s.index[at].offset
	s.index[at].offset = ^offset
	return s.read(offset)
}

// rest returns where the calls of the part are that nobody has taken. None can be
// taken afterwards.
func (s *spool) rest() []entry {
	s.index = slices.DeleteFunc(s.index, func(e entry) bool { return e.offset < 0 })
	slices.SortFunc(s.index, func(a, b entry) int { return cmp.Compare(a.offset, b.offset) })
	return s.index
}

func (s *spool) header(offset int64) (key hash, size int64, err error) {
	var header [headerSize]byte
	_, err = s.file.ReadAt(header[:], offset)
	key = hash{binary.LittleEndian.Uint64(header[:]), binary.LittleEndian.Uint64(header[8:])}
	return key, int64(binary.LittleEndian.Uint64(header[16:])), spoolError(err)
}

func (s *spool) read(offset int64) (*record.Call, error) {
	_, size, err := s.header(offset)
	if err != nil {
		return nil, err
	}
	data := make([]byte, size)
	if _, err := s.file.ReadAt(data, offset+headerSize); err != nil {
		return nil, spoolError(err)
	}
	return record.ParseCall(data)
}
