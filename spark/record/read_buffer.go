package record

import (
	"fmt"
	"io"

	"github.com/sparkgo/spark-go/spark/internal/sniff"
)

// readBuffer contains what has been read of a file and not used yet. It grows as far
// as one record needs.
type readBuffer struct {
	source io.Reader
	buffer []byte
	start  int   // buffer[start:] is not used yet
	offset int64 // of buffer[0] in the file
	err    error // why the source gives nothing more; io.EOF at its end
}

const readBufferSize = 128 << 10

// open turns to the beginning of another file and skips its byte order mark. A
// file in UTF-16 gives nothing but an error.
func (b *readBuffer) open(source io.Reader) {
	if b.buffer == nil {
		b.buffer = make([]byte, 0, readBufferSize)
	}
	*b = readBuffer{source: source, buffer: b.buffer[:0]}
	_ = b.require(len(sniff.ByteOrderMark)) // the first reader gets the error
	text, err := sniff.WithoutMark(b.unread())
	if err != nil {
		b.buffer, b.err = b.buffer[:0], fmt.Errorf("the text can't be read: %w", err)
		return
	}
	b.start = len(b.buffer) - len(text)
}

// unread returns the part of the buffer that is not used yet.
func (b *readBuffer) unread() []byte { return b.buffer[b.start:] }

// position returns where in the file the unread part begins.
func (b *readBuffer) position() int64 { return b.offset + int64(b.start) }

// require reads until at least n bytes are unread. If the source has fewer, it
// returns the error that the source ended with.
func (b *readBuffer) require(n int) error {
	if len(b.unread()) >= n {
		return nil
	}
	b.makeRoom(n)
	for len(b.buffer) < n {
		if b.err != nil {
			return b.err
		}
		read, err := b.source.Read(b.buffer[len(b.buffer):cap(b.buffer)])
		b.buffer = b.buffer[:len(b.buffer)+read]
		b.err = err
	}
	return nil
}

// makeRoom moves the unread part to the front of a buffer for at least n bytes.
func (b *readBuffer) makeRoom(n int) {
	target := b.buffer[:0]
	if n > cap(target) {
		target = make([]byte, 0, n)
	}
	b.offset += int64(b.start)
	b.buffer = append(target, b.unread()...)
	b.start = 0
}

// more doubles the unread part, so that scanning a record again after each attempt
// costs no more than scanning twice its size. At the end of the file it reads what
// there is, and returns io.EOF if that is nothing.
func (b *readBuffer) more() error {
	before := len(b.unread())
	err := b.require(max(2*before, 1))
	if err == io.EOF && len(b.unread()) > before {
		return nil
	}
	return err
}

// atEnd reports whether the source has nothing after the buffer.
func (b *readBuffer) atEnd() bool { return b.err == io.EOF }
