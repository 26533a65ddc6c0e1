package spark

import (
	"errors"
	"fmt"
	"io"
)

// sink is where a download goes.
type sink interface {
	io.Writer
	// offset is how many bytes it has.
	offset() int64
	// repeat takes the first bytes of the file once more, as many as it has, and
	// fails where they differ or can't be compared.
	repeat(r io.Reader) error
	// restart forgets what it has, or fails where it can't.
	restart() error
	// begin notes what the download is a part of.
	begin(validator string, total int64) error
	// verify says whether what it has is a whole ZIP, with the file in it that
	// there must be.
	verify() error
}

var errFileChanged = errors.New("the file changed on the platform while it was downloaded")

// sinkError is a failure on our side, which no repetition mends.
type sinkError struct{ err error }

func (e *sinkError) Error() string { return e.err.Error() }
func (e *sinkError) Unwrap() error { return e.err }

// lacks is the error of a ZIP without the file that there must be.
func lacks(must string, found bool) error {
	if found {
		return nil
	}
	return corrupt(fmt.Errorf("it holds no %s, which every workbook has", must))
}

// corrupt marks a verdict of the ZIP check.
func corrupt(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrCorrupt, err)
}
