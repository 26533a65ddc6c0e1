package record_test

import (
	"io"
	"testing/iotest"
)

// readers are the ways in which a source may hand out its data.
var readers = map[string]func(io.Reader) io.Reader{
	"complete":    func(r io.Reader) io.Reader { return r },
	"byte":        iotest.OneByteReader,
	"half":        iotest.HalfReader,
	"data at EOF": iotest.DataErrReader,
}

// brokenReader fails with its error where its data ends.
type brokenReader struct {
	data io.Reader
	err  error
}

func (r *brokenReader) Read(p []byte) (int, error) {
	n, err := r.data.Read(p)
	if err == io.EOF {
		err = r.err
	}
	return n, err
}
