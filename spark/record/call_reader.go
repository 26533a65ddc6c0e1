package record

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
)

// ReadCalls reads the records of a JSON file: a list of records, one record, or one
// record per line, with or without a byte order mark. One record is in memory at a time;
// [Limits.Record] bounds its size.
//
// Errors are of type [*ReadError]. After a record that can't be read, the iteration
// continues with the next record. If the next record can't be found safely, the error
// says so and ends the iteration.
func ReadCalls(r io.Reader, opts ...Option) iter.Seq2[*Call, error] {
	return func(yield func(*Call, error) bool) {
		reader := callReader{maxSize: limitsOf(opts).Record}
		reader.each("", r, yield)
	}
}

// callReader reads records one after another out of JSON files.
type callReader struct {
	readBuffer
	maxSize int64 // of a record
	state   callReaderState
	records int   // how many have begun
	at      int64 // where the last record begins, or where it is wrong
	scanner jsonscan.Scanner[[]byte]
}

// callReaderState is where in a file a reader is.
type callReaderState int

const (
	outsideList  callReaderState = iota
	afterBracket                 // at the beginning of a list
	afterRecord                  // in a list
	afterComma                   // in a list
	nothingMore                  // no further record can be found
)

// each yields all records of a file, and reports whether the caller continues.
func (r *callReader) each(file string, source io.Reader, yield func(*Call, error) bool) bool {
	r.open(source)
	r.state, r.records = outsideList, 0
	for r.state != nothingMore {
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

// read reads the next record and moves behind it. It returns io.EOF at the end of the
// file. After any other error, it has moved behind the record that can't be read, or
// there is nothing more to read.
func (r *callReader) read() (*Call, error) {
	text, err := r.next()
	r.at = r.position()
	if err == nil {
		r.start += len(text)
		if text[0] == '"' {
			return parseRecord(string(text))
		}
		return newCall(string(text), r.scanner.Entries, r.scanner.Invalid)
	}
	var syntax *jsonscan.SyntaxError
	var large recordTooLargeError
	switch {
	case errors.As(err, &syntax):
		r.at += int64(syntax.Offset)
	case errors.As(err, &large):
		err = large.error
	default:
		r.state = nothingMore
		return nil, err
	}
	begin := r.position()
	if r.state != nothingMore && r.skip() {
		return nil, err
	}
	r.state = nothingMore
	return nil, fmt.Errorf("%w; the rest of the file, from byte %d on, is not read", err, begin)
}

// skip moves behind an object that can't be read, and reports whether it found the end
// safely.
func (r *callReader) skip() bool {
	var skipper jsonscan.Skipper
	if r.unread()[0] != '{' {
		return false
	}
	for {
		n, done, ok := skipper.Skip(r.unread())
		if r.start += n; done || !ok {
			return done
		}
		if r.require(1) != nil {
			return false
		}
	}
}

// recordTooLargeError says what is wrong with a record that exceeds the limit.
type recordTooLargeError struct{ error }

// tooLarge returns the error for a record that exceeds the limit and begins with text.
func (r *callReader) tooLarge(text []byte) error {
	const head = 64 << 10
	if list := listMember(string(text[:min(len(text), head)])); list != "" {
		return recordTooLargeError{wrappedList(list)}
	}
	return recordTooLargeError{fmt.Errorf("the record is larger than %d bytes (if that is expected, raise Limits.Record with WithLimits)", r.maxSize)}
}

// next finds the next record and returns its text. The unread part then begins there, or
// where the file is wrong. It returns io.EOF at the end of the file.
func (r *callReader) next() ([]byte, error) {
	for {
		c, err := r.peek()
		switch {
		case err == io.EOF && r.state != outsideList:
			return nil, errors.New("the file ends in the middle of the list")
		case err != nil:
			return nil, err
		case r.state == outsideList && c == '[':
			r.state = afterBracket
		case (r.state == afterBracket || r.state == afterRecord) && c == ']':
			r.state = outsideList
		case r.state == afterRecord && c == ',':
			r.state = afterComma
		case r.state == afterRecord:
			r.state = nothingMore
			return nil, &jsonscan.SyntaxError{Reason: fmt.Sprintf("found %q, expected a comma or the end of the list", rune(c))}
		default:
			if r.state != outsideList {
				r.state = afterRecord
			}
			r.records++
			return r.scan()
		}
		r.start++
	}
}

// peek returns the next byte that is not white space.
func (r *callReader) peek() (byte, error) {
	for {
		r.start = jsonscan.Space(r.buffer, r.start)
		if text := r.unread(); len(text) > 0 {
			return text[0], nil
		}
		if err := r.require(1); err != nil {
			return 0, err
		}
	}
}

// scan checks the next value and returns its text.
func (r *callReader) scan() ([]byte, error) {
	for {
		text := r.unread()
		end, err := r.scanner.Scan(text, 0, recordDepth)
		size := end
		if err != nil {
			size = len(text)
		}
		switch {
		case int64(size) > r.maxSize:
			return nil, r.tooLarge(text[:size])
		case err == nil && (text[0] == '{' || end < len(text) || r.atEnd()):
			return text[:end], nil
		case err != nil && err != jsonscan.ErrIncomplete:
			return nil, err
		}
		switch readErr := r.more(); {
		case readErr == io.EOF && err != nil:
			return nil, errors.New("the file ends in the middle of the record")
		case readErr != io.EOF && readErr != nil:
			return nil, readErr
		}
	}
}
