package record

import (
	"fmt"
	"io"

	"github.com/sparkgo/spark-go/spark/internal/sniff"
)

// window is the part of a file that is in memory: what has been read of it and
// not used yet. It grows as far as one record needs.
type window struct {
	source io.Reader
	buffer []byte
	start  int   // buffer[start:] is still to be used
	offset int64 // of buffer[0] in the file
	failed error // why the source gives no more; io.EOF at its end
}

const windowSize = 128 << 10

// open turns to the beginning of another file and skips its byte order mark. A
// file in UTF-16 gives nothing but an error.
func (w *window) open(source io.Reader) {
	if w.buffer == nil {
		w.buffer = make([]byte, 0, windowSize)
	}
	*w = window{source: source, buffer: w.buffer[:0]}
	_ = w.require(len(sniff.ByteOrderMark)) // a failure is for the first reader
	text, err := sniff.WithoutMark(w.waiting())
	if err != nil {
		w.buffer, w.failed = w.buffer[:0], fmt.Errorf("the text can't be read: %w", err)
		return
	}
	w.start = len(w.buffer) - len(text)
}

// waiting is what has been read and not used yet.
func (w *window) waiting() []byte { return w.buffer[w.start:] }

// position is the offset in the file of what is waiting.
func (w *window) position() int64 { return w.offset + int64(w.start) }

// require reads until at least n bytes are waiting, or returns the error that
// keeps it from that.
func (w *window) require(n int) error {
	if len(w.waiting()) >= n {
		return nil
	}
	w.makeRoom(n)
	for len(w.buffer) < n {
		if w.failed != nil {
			return w.failed
		}
		read, err := w.source.Read(w.buffer[len(w.buffer):cap(w.buffer)])
		w.buffer = w.buffer[:len(w.buffer)+read]
		w.failed = err
	}
	return nil
}

// makeRoom moves what is waiting to the front of a buffer for at least n bytes.
func (w *window) makeRoom(n int) {
	target := w.buffer[:0]
	if n > cap(target) {
		target = make([]byte, 0, n)
	}
	w.offset += int64(w.start)
	w.buffer = append(target, w.waiting()...)
	w.start = 0
}

// more reads on until twice as much is waiting as before, so that a record that is
// scanned again after each attempt costs no more than twice its size. It returns
// io.EOF, with what there is, at the end of the file.
func (w *window) more() error {
	before := len(w.waiting())
	err := w.require(max(2*before, 1))
	if err == io.EOF && len(w.waiting()) > before {
		return nil
	}
	return err
}

// ended tells whether all of the file is in memory.
func (w *window) ended() bool { return w.failed == io.EOF }
