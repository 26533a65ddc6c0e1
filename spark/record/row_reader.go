package record

import (
	"fmt"
	"io"
	"iter"
	"regexp"
)

// ReadRows reads the rows of a CSV file whose first line names the columns. Commas
// and semicolons separate fields, or what a line such as sep=; before that one
// names. LF, CR LF and CR end lines. A byte order mark and blank lines are skipped.
// One row is in memory at a time, of at most the size in the default [Limits].
//
// What is wrong with a single field is no error, see [Row.Problems]: rows that are
// too short or too long, quote signs out of place, times and numbers that can't be
// read. Errors are of type [*ReadError] and end the iteration.
func ReadRows(r io.Reader) iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		reader := rowReader{limit: Limits{}.record()}
		reader.each("", r, yield)
	}
}

// rowReader reads rows one after another out of CSV files.
type rowReader struct {
	window
	limit   int64 // on the size of a row
	file    string
	scanner *csvScanner
	header  *header
	comma   bool // numbers may have a decimal comma
	rows    int  // begun so far
	line    int  // on which what waits begins
}

// each yields all rows of a file, and tells whether the caller goes on.
func (r *rowReader) each(file string, source io.Reader, yield func(*Row, error) bool) bool {
	r.open(source)
	r.file, r.rows, r.line = file, 0, 1
	size, err := r.readHeader()
	for err == nil {
		r.skip(size)
		r.rows++
		if size, err = r.scan(); err == nil && !yield(r.row(), nil) {
			return false
		}
	}
	if err == io.EOF {
		return true
	}
	return yield(nil, &ReadError{File: file, Record: r.rows, Line: r.line, Err: err})
}

// readHeader finds out the separator: the one that the first line names, or the one
// that gives more of the fixed columns.
func (r *rowReader) readHeader() (size int, err error) {
	separators := []byte{',', ';'}
	if named, ok := r.namedSeparator(); ok {
		separators = []byte{named}
	}
	r.header = nil
	var best *csvScanner
	for _, separator := range separators {
		r.scanner = &csvScanner{separator: separator}
		scanned, err := r.scan()
		if err != nil {
			return 0, err
		}
		header := newHeader(r.scanner.cells().all())
		if r.header == nil || header.known() > r.header.known() {
			r.header, best, size, r.comma = header, r.scanner, scanned, separator != ','
		}
	}
	if r.header.known() == 0 {
		return 0, errHeader
	}
	r.scanner = best
	return size, nil
}

// separatorLine is the line that Excel reads and writes before the header, with
// quotes where a CSV writer has put them around it.
var separatorLine = regexp.MustCompile(`^(?i:sep=([^"[:alnum:][:^ascii:]\r\n])|"sep=([^"[:alnum:][:^ascii:]\r\n])")(?:\r\n|\r|\n|$)`)

// namedSeparator reads the separator from a first line such as sep=; and skips it.
func (r *rowReader) namedSeparator() (separator byte, ok bool) {
	const longest = len(`"sep=;"` + "\r\n")
	_ = r.require(longest) // a failure is for the header
	match := separatorLine.FindSubmatch(r.waiting())
	if match == nil {
		return 0, false
	}
	separator = append(match[1], match[2]...)[0]
	r.start += len(match[0])
	r.line++
	return separator, true
}

// scan takes the next record apart that is not blank, and returns its size.
func (r *rowReader) scan() (size int, err error) {
	for {
		if err := r.require(1); err != nil {
			return 0, err
		}
		data := r.waiting()
		tooLarge := int64(len(data)) > r.limit
		size := r.scanner.scan(data, r.ended(), !r.ended() && !tooLarge)
		switch {
		case size == incompleteRecord && tooLarge, int64(size) > r.limit:
			return 0, fmt.Errorf("the row is larger than %d bytes: raise Limits.Record; the rest of the file, from line %d on, is not read", r.limit, r.line)
		case size == incompleteRecord:
			if err := r.more(); err != nil && err != io.EOF {
				return 0, err
			}
		case r.scanner.blank():
			r.skip(size)
		default:
			return size, nil
		}
	}
}

// skip leaves the record behind that was scanned last.
func (r *rowReader) skip(size int) {
	r.start += size
	r.line += 1 + r.scanner.breaks
}
