package spark

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"io"

	"github.com/sparkgo/spark-go/spark/internal/zipcheck"
)

// stream is a writer of the user's. What it got can't be taken back, so a second
// look at the same bytes is compared by hash.
type stream struct {
	to      io.Writer
	checker *zipcheck.Checker
	hash    maphash.Hash
	written int64
	must    search
}

func newStream(w io.Writer, must string) *stream {
	return &stream{to: w, checker: zipcheck.New(), must: search{wanted: []byte(must), found: must == ""}}
}

// search looks for a file's name in a ZIP that passes by. Names stand in it as
// they are.
type search struct {
	wanted, tail []byte
	found        bool
}

func (s *search) Write(p []byte) (int, error) {
	if s.found {
		return len(p), nil
	}
	joint := append(s.tail, p[:min(len(p), len(s.wanted))]...)
	s.found = bytes.Contains(joint, s.wanted) || bytes.Contains(p, s.wanted)
	if len(p) < len(s.wanted) {
		p = joint
	}
	s.tail = append([]byte(nil), p[max(0, len(p)-len(s.wanted)+1):]...)
	return len(p), nil
}

func (s *stream) Write(p []byte) (int, error) {
	if s.written == 0 && !bytes.HasPrefix(p, zipMagic[:min(len(p), len(zipMagic))]) {
		// Nothing of a web page is to reach the writer.
		_, _ = s.checker.Write(p)
		return 0, corrupt(s.checker.Close())
	}
	if _, err := s.checker.Write(p); err != nil {
		return 0, corrupt(err)
	}
	n, err := s.to.Write(p)
	_, _ = s.hash.Write(p[:n])
	_, _ = s.must.Write(p[:n])
	s.written += int64(n)
	if err != nil {
		err = &sinkError{err}
	}
	return n, err
}

func (s *stream) offset() int64             { return s.written }
func (s *stream) begin(string, int64) error { return nil }

func (s *stream) verify() error {
	if err := s.checker.Close(); err != nil {
		return corrupt(err)
	}
	return lacks(string(s.must.wanted), s.must.found)
}

func (s *stream) restart() error {
	if s.written > 0 {
		return fmt.Errorf("%w; discard what was written and download it again", errFileChanged)
	}
	s.checker.Abort()
	s.checker = zipcheck.New()
	return nil
}

// zipMagic begins every record that a ZIP can begin with.
var zipMagic = []byte("PK")

func (s *stream) repeat(r io.Reader) error {
	var again maphash.Hash
	again.SetSeed(s.hash.Seed())
	_, err := io.CopyN(&again, r, s.written)
	if err == io.EOF || err == nil && again.Sum64() != s.hash.Sum64() {
		return s.restart()
	}
	return err
}
