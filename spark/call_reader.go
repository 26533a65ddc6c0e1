package spark

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
)

// ReadCalls reads the records of a JSON file: a list of records, one record, or
// one a line, with or without a byte order mark. It holds one record in memory at
// a time, of at most the size in the default [ArchiveLimits].
//
// Errors are of type [*ReadError]. After a record that can't be decoded the next
// one follows; an error after which no record can be found ends the iteration.
func ReadCalls(r io.Reader) iter.Seq2[*Call, error] {
	return func(yield func(*Call, error) bool) {
		reader := callReader{limit: ArchiveLimits{}.record()}
		reader.each("", r, yield)
	}
}

// callReader reads records one after another out of JSON files.
type callReader struct {
	window
	limit   int64 // on the size of a record
	state   listState
	records int // begun so far
	scanner jsonscan.Scanner[[]byte]
}

// listState is where in a file a reader is.
type listState int

const (
	outside     listState = iota
	listStart             // after [
	afterRecord           // in a list
	afterComma            // in a list
)

// each yields all records of a file, and tells whether the caller goes on.
func (r *callReader) each(file string, source io.Reader, yield func(*Call, error) bool) bool {
	r.open(source)
	r.state, r.records = outside, 0
	failure := func(err error) error {
		return &ReadError{File: file, Record: r.records, Offset: r.position(), Err: err}
	}
	for {
		record, err := r.next()
		if err == io.EOF {
			return true
		}
		if err != nil {
			return yield(nil, failure(err))
		}
		call, err := r.decode(record)
		if err != nil {
			err = failure(err)
		}
		if !yield(call, err) {
			return false
		}
		r.start += len(record)
	}
}

// decode copies the record that was scanned last and decodes it.
func (r *callReader) decode(record []byte) (*Call, error) {
	if record[0] == '"' {
		return parseRecord(string(record))
	}
	return newCall(string(record), r.scanner.Entries, r.scanner.InvalidUTF8)
}

// next finds the next record and leaves the window at its beginning, or at what is
// wrong in the file. It returns io.EOF at the end of the file.
func (r *callReader) next() ([]byte, error) {
	for {
		c, err := r.peek()
		switch {
		case err == io.EOF && r.state != outside:
			return nil, errors.New("the file ends in the middle of the list")
		case err != nil:
			return nil, err
		case r.state == outside && c == '[':
			r.state = listStart
		case (r.state == listStart || r.state == afterRecord) && c == ']':
			r.state = outside
		case r.state == afterRecord && c == ',':
			r.state = afterComma
		case r.state == afterRecord:
			return nil, fmt.Errorf("invalid JSON: found %q where a comma or the end of the list should stand", rune(c))
		default:
			if r.state != outside {
				r.state = afterRecord
			}
			r.records++
			return r.scan()
		}
		r.start++
	}
}

// peek returns the next byte that is no white space.
func (r *callReader) peek() (byte, error) {
	for {
		r.start = jsonscan.Space(r.buffer, r.start)
		if text := r.waiting(); len(text) > 0 {
			return text[0], nil
		}
		if err := r.require(1); err != nil {
			return 0, err
		}
	}
}

// scan checks the value that waits in the window and returns its text.
func (r *callReader) scan() ([]byte, error) {
	for {
		text := r.waiting()
		end, err := r.scanner.Scan(text, 0, recordDepth)
		if syntax, ok := err.(*jsonscan.SyntaxError); ok {
			r.start += syntax.Offset
			return nil, err
		}
		size := end
		if err != nil {
			size = len(text)
		}
		switch {
		case int64(size) > r.limit:
			return nil, fmt.Errorf("the record is larger than %d bytes: raise ArchiveLimits.Record", r.limit)
		case err == nil && (text[0] == '{' || end < len(text) || r.ended()):
			return text[:end], nil
		case err != nil && err != jsonscan.ErrIncomplete:
			return nil, err
		}
		switch failed := r.more(); {
		case failed == io.EOF && err != nil:
			return nil, errors.New("the file ends in the middle of the record")
		case failed != io.EOF && failed != nil:
			return nil, failed
		}
	}
}
