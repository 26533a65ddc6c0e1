package spark

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/sparkgo/spark-go/spark/record"
)

// Export starts an export, waits for it, downloads it to a temporary file, and opens
// that file. Closing the archive removes it. After the job has been started, an error
// is a [*JobError], whose Job can be resumed.
func (s *Service) Export(ctx context.Context, format Format, filter Filter, opts ...ExportOption) (*record.Archive, error) {
	options := collect(opts)
	part, err := temporaryPart() // first, because a job whose file can't be stored is useless
	if err != nil {
		return nil, fmt.Errorf("export of %s: make a temporary file: %w", s, err)
	}
	job, err := s.StartExport(ctx, format, filter)
	if err != nil {
		part.close()
		return nil, err
	}
	var archive *record.Archive
	err = job.file(options).download(ctx, part, func() (err error) {
		archive, err = record.NewArchive(temporaryFile{part.file}, part.size, record.WithLimits(options.archiveLimits))
		part.closed = err == nil // the archive closes the file
		return err
	})
	var known *JobError
	if err == nil || errors.As(err, &known) {
		return archive, err
	}
	return nil, &JobError{Job: job, Err: err}
}

// Calls exports the calls that match the filter, as JSON, and yields them one by one.
// The job is started when the loop begins. The temporary file is removed when the loop
// ends.
func (s *Service) Calls(ctx context.Context, filter Filter, opts ...ExportOption) iter.Seq2[*record.Call, error] {
	return func(yield func(*record.Call, error) bool) {
		archive, err := s.Export(ctx, FormatJSON, filter, opts...)
		if err != nil {
			yield(nil, err)
			return
		}
		defer archive.Close()
		for call, err := range archive.Calls() {
			if err == nil && ctx.Err() != nil {
				err = endedBy(ctx)
			}
			if !yield(call, err) || ctx.Err() != nil {
				return
			}
		}
	}
}
