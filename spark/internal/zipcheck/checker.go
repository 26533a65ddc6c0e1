package zipcheck

import (
	"bufio"
	"io"
	"sync/atomic"
)

// blockSize is how much is handed over at a time: while one block is checked,
// the next one arrives.
const blockSize = 64 << 10

// Checker reads a ZIP archive as it is written to it and says whether it is
// whole. A goroutine does the work beside the writer, and ends with Close or
// Abort: one of them must be called. Make one with New.
type Checker struct {
	blocks  *bufio.Writer
	write   *io.PipeWriter
	read    *io.PipeReader
	aborted atomic.Bool
	done    chan struct{}
	verdict error // to be read once done is closed
	sure    bool  // likewise
}

// New returns a Checker that waits for the first byte.
func New() *Checker {
	c := &Checker{done: make(chan struct{})}
	c.read, c.write = io.Pipe()
	c.blocks = bufio.NewWriterSize(c.write, blockSize)
	go func() {
		defer close(c.done)
		c.sure, c.verdict = verify(c.read, &c.aborted)
		_ = c.read.CloseWithError(c.verdict)
	}()
	return c
}

// Write takes the next bytes of the archive; it keeps none of them. Once they
// can't belong to a sound archive any more, it returns the error that Close will
// return, at most 300 kB late.
func (c *Checker) Write(p []byte) (int, error) {
	return c.blocks.Write(p)
}

// Close tells that the data is complete, and returns nil only if it is a whole,
// undamaged archive. It may be called again, with the same answer.
func (c *Checker) Close() error {
	// A failed flush means that the verdict is there already.
	_ = c.blocks.Flush()
	_ = c.write.Close()
	<-c.done
	return c.verdict
}

// Sure reports, after Close, whether the contents of the archive were checked as
// far as they can be. If not, Contents can do it where the archive was kept.
func (c *Checker) Sure() bool {
	<-c.done
	return c.sure
}

// Abort ends the check at once and makes ErrAborted its verdict, unless it has
// one. It may be called at any time, also while Write or Close are running.
func (c *Checker) Abort() {
	c.aborted.Store(true)
	_ = c.read.CloseWithError(ErrAborted)
	<-c.done
}
