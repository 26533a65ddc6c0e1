package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
)

// source is where calls are read from: an exported archive, or a folder that a
// mirror keeps.
type source struct {
	path    string
	archive *spark.Archive // nil for a folder
	folder  *mirror.Folder // nil for an archive
}

func openSource(path string) (*source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	s := &source{path: path}
	if info.IsDir() {
		s.folder, err = mirror.Open(path)
		return s, err
	}
	if s.archive, err = spark.OpenArchive(path); err != nil {
		return nil, err
	}
	if !holdsRecords(s.archive) {
		s.close()
		return nil, fmt.Errorf("%s holds neither JSON nor CSV files, so it is no export of calls", path)
	}
	return s, nil
}

func (s *source) close() {
	if s.archive != nil {
		_ = s.archive.Close()
	}
}

// records reads all calls, of JSON as well as of CSV, until the context ends.
func (s *source) records(ctx context.Context) iter.Seq2[record, error] {
	if s.archive != nil {
		return recordsOf(ctx, s.archive)
	}
	return func(yield func(record, error) bool) {
		for call, err := range s.folder.Calls() {
			if ctx.Err() != nil || !yield(callRecord{call}, err) {
				return
			}
		}
	}
}

// calls reads all calls, which must be JSON. It ends with the context's error.
func (s *source) calls(ctx context.Context) iter.Seq2[*spark.Call, error] {
	return func(yield func(*spark.Call, error) bool) {
		for record, err := range s.records(ctx) {
			call, ok := record.(callRecord)
			if err == nil && !ok {
				err = errors.New("it holds CSV files, which don't tell numbers from texts: export the calls as JSON")
			}
			if err != nil {
				err = fmt.Errorf("%s: %w", s.path, err)
			}
			if !yield(call.Call, err) {
				return
			}
		}
		if ctx.Err() != nil {
			yield(nil, ctx.Err())
		}
	}
}
