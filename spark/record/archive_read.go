package record

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"iter"
)

// Calls streams the records of the JSON files (.json, .jsonl, .ndjson) in the order of
// the archive; [ReadCalls] describes the files. One record is in memory at a time. A
// call stays valid after the iteration has moved on, and the iteration can be
// repeated.
//
// Errors are of type [*ReadError]. After a record that can't be decoded, the iteration
// continues with the next record. After a file that can't be read any further, it
// continues with the next file. An archive within the archive is an error. CSV files
// with calls are an error if there are no JSON files: use [Archive.Rows]. An archive
// without calls yields nothing.
func (a *Archive) Calls() iter.Seq2[*Call, error] {
	return func(yield func(*Call, error) bool) {
		reader := callReader{maxSize: a.limits.Record}
		eachFile(a, jsonFiles, yield, func(file string, r io.Reader) bool {
			return reader.each(file, r, yield)
		})
	}
}

// Rows streams the rows of the CSV files in the order of the archive; [ReadRows]
// describes the files. One row is in memory at a time. A row stays valid after the
// iteration has moved on, and the iteration can be repeated.
//
// Errors are of type [*ReadError]. After a file that can't be read any further, the
// iteration continues with the next file. JSON files with calls are an error if there
// are no CSV files: use [Archive.Calls]. An archive within the archive is an error if
// there are no JSON files; otherwise Calls yields that error. An archive without calls
// yields nothing.
func (a *Archive) Rows() iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		reader := rowReader{maxSize: a.limits.Record}
		eachFile(a, csvFiles, yield, func(file string, r io.Reader) bool {
			return reader.each(file, r, yield)
		})
	}
}

// eachFile unpacks the files of a kind one after another for read, which reports
// whether the caller continues. It yields an error for a file that can't be opened,
// and for other files that may contain calls.
func eachFile[T any](a *Archive, kind fileKind, yield func(T, error) bool, read func(file string, r io.Reader) bool) {
	var none T
	files := kind.in(a)
	budget := newBudget(a.limits)
	for _, f := range files {
		ok, err := readFile(f, budget, read)
		if err != nil {
			ok = yield(none, &ReadError{File: f.Name, Err: err})
		}
		if !ok || budget.isExceeded() {
			return
		}
	}
	var archives []*zip.File
	if kind.name == jsonFiles.name || !a.HasCalls() { // a program that reads both kinds gets these errors once
		archives = archiveFiles.in(a)
	}
	for _, f := range archives {
		if f.UncompressedSize64 > 0 && !yield(none, &ReadError{File: f.Name, Err: errors.New("an archive within the archive is not read; unpack it and read it separately")}) {
			return
		}
	}
	if len(files)+len(archives) > 0 {
		return
	}
	if err := a.explainMissing(kind); err != nil {
		yield(none, &ReadError{Err: err})
	}
}

// readFile unpacks one file for read, and cleans up even if the caller panics.
func readFile(f *zip.File, budget *unpackBudget, read func(file string, r io.Reader) bool) (ok bool, err error) {
	source, err := unpack(f, budget)
	if err != nil {
		return false, err
	}
	defer source.Close()
	if f.UncompressedSize64 <= aheadSize {
		return read(f.Name, source), nil // it fits into one piece
	}
	ahead := readAhead(source)
	defer ahead.stop()
	return read(f.Name, ahead), nil
}

// explainMissing returns an error that says what an archive without files of a kind
// contains instead. An archive that contains nothing, or files of the other kind
// without calls, is an export of no calls and not an error.
func (a *Archive) explainMissing(kind fileKind) error {
	other, hasAny := csvFiles, a.HasRows() && yieldsAny(a.Rows())
	if kind.name == csvFiles.name {
		other, hasAny = jsonFiles, a.HasCalls() && yieldsAny(a.Calls())
	}
	if hasAny {
		return fmt.Errorf("it contains %s, not %s: use its method %s", other.name, kind.name, other.method)
	}
	if others := a.Others(); len(others) > 0 {
		return fmt.Errorf("it contains other files but no %s files, for example %q", kind.name, others[0].Name)
	}
	return nil
}

// yieldsAny reports whether a sequence yields anything, even if that is an error.
func yieldsAny[T any](sequence iter.Seq2[T, error]) bool {
	for range sequence {
		return true
	}
	return false
}
