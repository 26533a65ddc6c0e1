package record

import (
	"fmt"
	"io"
	"iter"
	"regexp"
)

// ReadRows reads the rows of a CSV file whose first line names the columns. Fields are
// separated by commas or semicolons, or by the character that a line such as sep=;
// before the header names. Lines end in LF, CR LF or CR. A byte order mark and blank
// lines are skipped. One row is in memory at a time; [Limits.Record] bounds its size.
//
// A problem with a single field isn't an error, and [Row.Problems] reports it: rows that
// are too short or too long, misplaced quotes, times and numbers that can't be read.
// Errors are of type [*ReadError] and end the iteration.
func ReadRows(r io.Reader, opts ...Option) iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		reader := rowReader{maxSize: limitsOf(opts).Record}
		reader.each("", r, yield)
	}
}

// rowReader reads rows one after another out of CSV files.
type rowReader struct {
	readBuffer
	header  *rowHeader
	scanner *rowScanner
	maxSize int64 // of a row
	rows    int   // how many have begun
	line    int   // on which the unread part begins
}

// each yields all rows of a file, and reports whether the caller continues.
func (r *rowReader) each(file string, source io.Reader, yield func(*Row, error) bool) bool {
	r.open(source)
	r.rows, r.line = 0, 1
	size, err := r.readHeader()
	var problems []Problem
	if err == nil {
		problems = r.headerProblems(file)
	}
	for err == nil {
		r.skip(size)
		r.rows++
		if size, err = r.scan(); err != nil {
			break
		}
		row := newRow(file, r.line, r.header, r.scanner.cells(), r.scanner.faults)
		if r.rows == 1 {
			row.problems = append(problems, row.problems...)
		}
		if !yield(row, nil) {
			return false
		}
	}
	if err == io.EOF {
		return true
	}
	return yield(nil, &ReadError{File: file, Record: r.rows, Line: r.line, Err: err})
}

// readHeader reads the header and determines the separator: the one that the first
// line names, or the one that results in more of the fixed columns. It returns the size
// of the header.
func (r *rowReader) readHeader() (size int, err error) {
	separators := []byte{',', ';'}
	if named, ok := r.namedSeparator(); ok {
		separators = []byte{named}
	}
	r.header = nil
	var best *rowScanner
	for _, separator := range separators {
		r.scanner = &rowScanner{separator: separator}
		scanned, err := r.scan()
		if err != nil {
			return 0, err
		}
		header := newRowHeader(r.scanner.cells())
		if r.header == nil || header.countFixed() > r.header.countFixed() {
			header.comma = separator != ','
			r.header, best, size = header, r.scanner, scanned
		}
	}
	if r.header.countFixed() == 0 {
		return 0, errHeader
	}
	r.scanner = best
	return size, nil
}

// headerProblems returns what is wrong with the names of the columns.
func (r *rowReader) headerProblems(file string) []Problem {
	head := Row{File: file, Line: r.line, header: r.header, cells: r.header.names}
	for _, fault := range r.scanner.faults {
		head.addProblem(fault.field, fault.reason)
	}
	return head.Problems()
}

// separatorLine matches the line that Excel reads and writes before the header. A CSV
// writer may have put quotes around it.
var separatorLine = regexp.MustCompile(`^(?i:sep=([^"[:alnum:][:^ascii:]\r\n])|"sep=([^"[:alnum:][:^ascii:]\r\n])")(?:\r\n|\r|\n|$)`)

// namedSeparator returns the separator that a first line such as sep=; names, and skips
// that line.
func (r *rowReader) namedSeparator() (separator byte, ok bool) {
	const maxLength = len(`"sep=;"` + "\r\n")
	_ = r.require(maxLength) // reading the header gets the error
	match := separatorLine.FindSubmatch(r.unread())
	if match == nil {
		return 0, false
	}
	separator = append(match[1], match[2]...)[0]
	r.start += len(match[0])
	r.line++
	return separator, true
}

// scan scans the next record that is not blank, and returns its size.
func (r *rowReader) scan() (size int, err error) {
	for {
		if err := r.require(1); err != nil {
			return 0, err
		}
		data := r.unread()
		tooLarge := int64(len(data)) > r.maxSize
		size := r.scanner.scan(data, r.atEnd(), !r.atEnd() && !tooLarge)
		switch {
		case size == incompleteRecord && tooLarge, int64(size) > r.maxSize:
			return 0, fmt.Errorf("the row is larger than %d bytes (if that is expected, raise Limits.Record with WithLimits); the rest of the file, from line %d on, is not read", r.maxSize, r.line)
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

// skip moves behind the record that was scanned last.
func (r *rowReader) skip(size int) {
	r.start += size
	r.line += 1 + r.scanner.breaks
}
