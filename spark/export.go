package spark

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"sync"
)

// ExportOption changes how [Service.Export] waits and downloads: every
// [WaitOption] and [SaveOption] is one.
type ExportOption interface{ applyExport(*exportOptions) }

type exportOptions struct {
	waitOptions
	saveOptions
}

// Export starts an export, waits for it, downloads it to a temporary file and
// opens that: all in one call. Closing the archive removes the file. An error
// after the job was started is a [*JobError], whose Job can be picked up.
func (s *Service) Export(ctx context.Context, format Format, filter Filter, opts ...ExportOption) (*Archive, error) {
	var options exportOptions
	for _, opt := range opts {
		if opt != nil {
			opt.applyExport(&options)
		}
	}
	// A job is not started where its file can't be kept.
	folder, err := os.MkdirTemp("", "spark-export-")
	if err != nil {
		return nil, fmt.Errorf("export of %s: make a temporary folder: %w", s, err)
	}
	archive, err := s.exportTo(ctx, filepath.Join(folder, "export.zip"), format, filter, options)
	if err != nil {
		_ = os.RemoveAll(folder)
		return nil, err
	}
	closeFile := archive.close
	archive.close = sync.OnceValue(func() error { return errors.Join(closeFile(), os.RemoveAll(folder)) })
	return archive, nil
}

func (s *Service) exportTo(ctx context.Context, path string, format Format, filter Filter, options exportOptions) (*Archive, error) {
	job, err := s.StartExport(ctx, format, filter)
	if err != nil {
		return nil, err
	}
	if err := job.file(options.waitOptions).save(ctx, path, options.saveOptions); err != nil {
		return nil, job.wrap(err)
	}
	archive, err := OpenArchive(path)
	if err != nil {
		return nil, job.wrap(err)
	}
	return archive, nil
}

// wrap adds the job to an error that doesn't have it yet.
func (j Job) wrap(err error) error {
	var known *JobError
	if errors.As(err, &known) {
		return err
	}
	var broken *DownloadError
	if errors.As(err, &broken) {
		broken.Part = "" // it goes with the temporary folder
	}
	return &JobError{Job: j, Err: err}
}

// EachCall exports the calls that the filter lets through, as JSON, and yields
// them one by one. The job starts when the loop does; what it leaves on disk is
// removed when the loop ends.
func (s *Service) EachCall(ctx context.Context, filter Filter, opts ...ExportOption) iter.Seq2[*Call, error] {
	return func(yield func(*Call, error) bool) {
		archive, err := s.Export(ctx, JSON, filter, opts...)
		if err != nil {
			yield(nil, err)
			return
		}
		defer archive.Close()
		for call, err := range archive.Calls() {
			if err == nil && ctx.Err() != nil {
				err = ctx.Err()
			}
			if !yield(call, err) || ctx.Err() != nil {
				return
			}
		}
	}
}
