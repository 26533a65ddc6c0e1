package record

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
)

// ReadCalls reads the records of a JSON file: a list of records, one record, or
// one a line, with or without a byte order mark. It holds one record in memory at
// a time, of at most the size in the default [Limits].
//
// Errors are of type [*ReadError]. After a record that can't be read the next one
// follows. Where that can't be found safely, the error says so and ends the iteration.
func ReadCalls(r io.Reader) iter.Seq2[*Call, error] {
	return func(yield func(*Call, error) bool) {
		reader := callReader{limit: Limits{}.record()}
		reader.each("", r, yield)
	}
}

// callReader reads records one after another out of JSON files.
type callReader struct {
	window
	limit   int64 // on the size of a record
	state   listState
	records int   // begun so far
	at      int64 // where the record begins that was read last, or where it is wrong
	scanner jsonscan.Scanner[[]byte]
}

// listState is where in a file a reader is.
type listState int

const (
	outside     listState = iota
	listStart             // after [
	afterRecord           // in a list
	afterComma            // in a list
	lost                  // no further record can be found
)

// each yields all records of a file, and reports whether the caller goes on.
func (r *callReader) each(file string, source io.Reader, yield func(*Call, error) bool) bool {
	r.open(source)
	r.state, r.records = outside, 0
	for r.state != lost {
		call, err := r.read()
		if err == io.EOF {
			break
		}
		if err != nil {
			err = &ReadError{File: file, Record: r.records, Offset: r.at, Err: err}
		}
		if !yield(call, err) {
			return false
		}
	}
	return true
}

// read reads the next record and moves behind it. It returns io.EOF at the end of
// the file. After any other error, the reader is lost or behind the record at fault.
func (r *callReader) read() (*Call, error) {
	record, err := r.next()
	r.at = r.position()
	if err == nil {
		r.start += len(record)
		return r.decode(record)
	}
	var syntax *jsonscan.SyntaxError
	var large recordTooLarge
	switch {
	case errors.As(err, &syntax):
		r.at += int64(syntax.Offset)
	case errors.As(err, &large):
		err = large.error
	default:
		r.state = lost
		return nil, err
	}
	begin := r.position()
	if r.state != lost && r.skip() {
		return nil, err
	}
	r.state = lost
	return nil, fmt.Errorf("%w; the rest of the file, from byte %d on, is not read", err, begin)
}

// skip moves behind an object that can't be read, and reports whether its end was
// found safely.
func (r *callReader) skip() bool {
	var skipper jsonscan.Skipper
	if r.waiting()[0] != '{' {
		return false
	}
	for {
		n, done, ok := skipper.Skip(r.waiting())
		if r.start += n; done || !ok {
			return done
		}
		if r.require(1) != nil {
			return false
		}
	}
}

// recordTooLarge says what is wrong with a record beyond the limit.
type recordTooLarge struct{ error }

// tooLarge describes an object beyond the limit by its beginning.
func (r *callReader) tooLarge(text []byte) error {
	const head = 64 << 10
	if list := listMember(string(text[:min(len(text), head)])); list != "" {
		return recordTooLarge{wrappedList(list)}
	}
	return recordTooLarge{fmt.Errorf("the record is larger than %d bytes: raise Limits.Record", r.limit)}
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
			r.state = lost
			return nil, &jsonscan.SyntaxError{Reason: fmt.Sprintf("found %q, expected a comma or the end of the list", rune(c))}
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
		size := end
		if err != nil {
			size = len(text)
		}
		switch {
		case int64(size) > r.limit:
			return nil, r.tooLarge(text[:size])
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
