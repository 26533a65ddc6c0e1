package record

import "io"

// aheadReader reads from a source in the background, a few pieces ahead of its user,
// so that unpacking and decoding overlap.
type aheadReader struct {
	pieces chan aheadPiece // read and not used yet
	spare  chan []byte     // buffers to read into
	piece  aheadPiece      // in use
	buffer []byte          // the buffer that the piece in use is part of
}

// aheadPiece is the result of filling one buffer.
type aheadPiece struct {
	data []byte
	err  error
}

const (
	aheadSize   = 256 << 10 // of a piece; handing over smaller ones costs more than it gains
	aheadPieces = 3
)

// readAhead starts reading. The caller must call stop in the end.
func readAhead(source io.Reader) *aheadReader {
	r := &aheadReader{pieces: make(chan aheadPiece, aheadPieces), spare: make(chan []byte, aheadPieces)}
	for range aheadPieces {
		r.spare <- make([]byte, aheadSize)
	}
	go r.run(source)
	return r
}

// run reads until the source ends or stop closes spare. Then it closes pieces.
func (r *aheadReader) run(source io.Reader) {
	defer close(r.pieces)
	for buffer := range r.spare {
		n, err := 0, error(nil)
		for n < len(buffer) && err == nil {
			var more int
			more, err = source.Read(buffer[n:])
			n += more
		}
		r.pieces <- aheadPiece{buffer[:n], err}
		if err != nil {
			return
		}
	}
}

func (r *aheadReader) Read(p []byte) (int, error) {
	for len(r.piece.data) == 0 {
		if r.piece.err != nil {
			return 0, r.piece.err
		}
		if r.buffer != nil {
			r.spare <- r.buffer
		}
		r.piece = <-r.pieces
		r.buffer = r.piece.data[:cap(r.piece.data)]
	}
	n := copy(p, r.piece.data)
	r.piece.data = r.piece.data[n:]
	return n, nil
}

// stop stops the reading and waits for its end. Read must not be called after stop.
func (r *aheadReader) stop() {
	close(r.spare)
	for range r.pieces {
	}
}
