package zipcheck

import (
	"bytes"
	"encoding/binary"
	"io"
	"sync/atomic"
)

// The first four bytes of the parts of an archive.
const (
	entrySignature      = "PK\x03\x04"
	descriptorSignature = "PK\x07\x08"
	directorySignature  = "PK\x01\x02"
	end64Signature      = "PK\x06\x06"
	locatorSignature    = "PK\x06\x07"
	endSignature        = "PK\x05\x06"
	spannedSignature    = "PK00" // before an archive that was meant to be split
)

var le = binary.LittleEndian

// verifier reads an archive from its beginning to its end.
type verifier struct {
	input
	lost      bool // what comes next may be mere data
	entries   []entry
	offsets   uint64 // their sum
	directory directory
	hidden    []int64 // where entries of the directory may begin that weren't read
	end64     endRecord
	located   int64 // where the locator is that refers to end64
	end       *end
}

// verify returns the verdict, and whether all contents were checked for it.
func verify(r io.Reader, aborted *atomic.Bool) (sure bool, err error) {
	v := &verifier{input: newInput(r, aborted)}
	err = v.run()
	if aborted.Load() {
		return false, ErrAborted
	}
	return !v.lost, err
}

func (v *verifier) run() error {
	err := v.begin()
	for err == nil {
		err = v.step()
	}
	if err == io.EOF {
		return v.checkEnd()
	}
	return err
}

// begin looks at the first bytes.
func (v *verifier) begin() error {
	head, err := v.Peek(512)
	if err != nil && err != io.EOF {
		return err
	}
	if len(head) < 4 && bytes.HasPrefix(head, []byte("P")) {
		return wrong(ErrTruncated, "", "it ends within its first four bytes")
	}
	switch string(head[:min(4, len(head))]) {
	case entrySignature, endSignature, end64Signature:
		return nil
	case descriptorSignature, spannedSignature:
		return v.take(4)
	}
	return notZIP(head)
}

// step goes on to the next part and through it. It returns io.EOF at the end.
func (v *verifier) step() error {
	expected := v.position()
	signature, err := v.nextSignature()
	if err != nil {
		return err
	}
	v.lost = v.lost || v.position() > expected
	length := 4
	switch {
	case signature == directorySignature:
		length = v.readDirectoryEntry()
	case signature != entrySignature:
		v.readEnd(signature)
	case v.lost:
		v.noteEntry()
	default:
		return v.checkEntry()
	}
	if v.lost {
		length = 4 // the next part may begin within this one
	}
	return v.take(int64(length))
}

// nextSignature passes over everything before the next part.
func (v *verifier) nextSignature() (string, error) {
	for {
		b, err := v.Peek(4)
		if err != nil {
			return "", err
		}
		if isPart(b) {
			return string(b), nil
		}
		b, _ = v.Peek(v.Buffered())
		n := bytes.Index(b[1:], []byte("PK")) + 1
		if n == 0 {
			n = len(b) - 1 // the last byte may be a P
		}
		_, _ = v.Discard(n)
	}
}

// isPart reports whether a part of the archive begins like b.
func isPart(b []byte) bool {
	switch string(b) {
	case entrySignature, directorySignature, end64Signature, locatorSignature, endSignature:
		return true
	}
	return false
}
