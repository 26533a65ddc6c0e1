package zipcheck

import (
	"bufio"
	"github.com/klauspost/compress/flate"
	"hash/crc32"
	"io"
	"sync/atomic"
)

// bufferSize has room for the largest header: with a name and extra fields of
// 64 kB each.
const bufferSize = 132 << 10

// input is the archive's bytes, which are read once, from the first to the last.
type input struct {
	*bufio.Reader
	received *counter
	aborted  *atomic.Bool
	inflater io.ReadCloser
	output   []byte
}

func newInput(r io.Reader, aborted *atomic.Bool) input {
	received := &counter{Reader: r}
	in := bufio.NewReaderSize(received, bufferSize)
	return input{Reader: in, received: received, aborted: aborted, inflater: flate.NewReader(in), output: make([]byte, 32<<10)}
}

// counter counts what a reader delivers.
type counter struct {
	io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// position is where the next byte is in the archive.
func (in *input) position() int64 { return in.received.n - int64(in.Buffered()) }

// sum passes over n bytes and returns their CRC-32.
func (in *input) sum(n int64) (sum uint32, err error) {
	for n > 0 {
		if _, err := in.Peek(1); err != nil {
			return 0, err
		}
		b, _ := in.Peek(int(min(n, int64(in.Buffered()))))
		sum = crc32.Update(sum, crc32.IEEETable, b)
		_, _ = in.Discard(len(b))
		n -= int64(len(b))
	}
	return sum, nil
}

// take passes over n bytes.
func (in *input) take(n int64) error {
	for n > 0 {
		passed, err := in.Discard(int(min(n, 1<<30)))
		if err != nil {
			return err
		}
		n -= int64(passed)
	}
	return nil
}

// inflate passes over deflated data, as far as it says that it goes, and
// returns the CRC-32 and the length of what it held.
func (in *input) inflate() (sum uint32, size uint64, err error) {
	if err := in.inflater.(flate.Resetter).Reset(in.Reader, nil); err != nil {
		return 0, 0, err
	}
	for !in.aborted.Load() {
		n, err := in.inflater.Read(in.output)
		sum = crc32.Update(sum, crc32.IEEETable, in.output[:n])
		size += uint64(n)
		if err == io.EOF {
			return sum, size, nil
		}
		if err != nil {
			return 0, 0, err
		}
	}
	return 0, 0, ErrAborted
}
