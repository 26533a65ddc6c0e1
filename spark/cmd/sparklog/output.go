package main

import (
	"context"
	"io"
)

// output is standard output. Once it can't be written any more, the run ends.
type output struct {
	to     io.Writer
	failed context.CancelFunc
	err    error
}

func (o *output) Write(data []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.to.Write(data)
	if err != nil {
		o.err = err
		o.failed()
	}
	return n, err
}
