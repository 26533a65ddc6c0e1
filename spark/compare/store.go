package compare

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
)

// store is a temporary file of bytes that are appended and then read and written
// anywhere. It holds records of calls, so nobody else may read it.
type store struct {
	*os.File
	writer  *bufio.Writer
	size    int64
	removed bool
}

func newStore() (*store, error) {
	file, err := os.CreateTemp("", "spark-compare-*")
	if err != nil {
		return nil, storeError(err)
	}
	// Where an open file can be removed it goes with the process, however that
	// ends. Elsewhere close removes it.
	removed := os.Remove(file.Name()) == nil
	return &store{File: file, writer: bufio.NewWriterSize(file, 64<<10), removed: removed}, nil
}

// add appends data and returns where it stands.
func (s *store) add(data []byte) (offset int64, err error) {
	n, err := s.writer.Write(data)
	offset, s.size = s.size, s.size+int64(n)
	return offset, storeError(err)
}

// flush ends appending.
func (s *store) flush() error { return storeError(s.writer.Flush()) }

// get reads len(data) bytes.
func (s *store) get(data []byte, offset int64) error {
	_, err := s.ReadAt(data, offset)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return storeError(err)
}

// put writes over what stands at offset.
func (s *store) put(data []byte, offset int64) error {
	_, err := s.WriteAt(data, offset)
	return storeError(err)
}

func (s *store) close() {
	_ = s.Close()
	if !s.removed {
		_ = os.Remove(s.Name())
	}
}

func storeError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("keep the calls of A in a temporary file: %w; make room in %s, or set TMPDIR to a folder with room", err, os.TempDir())
}
