package spark

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"github.com/sparkgo/spark-go/spark/record"
)

// Export starts an export, waits for it, downloads it to a temporary file, and opens
// that file. Closing the archive removes it. After the job has been started, an error
// is a [*JobError], whose Job can be resumed.
func (s *Service) Export(ctx context.Context, format Format, filter Filter, opts ...ExportOption) (*record.Archive, error) {
	options := collect(opts)
	// No job is started if its file can't be saved.
	directory, err := os.MkdirTemp("", "spark-export-")
	if err != nil {
		return nil, fmt.Errorf("export of %s: make a temporary directory: %w", s, err)
	}
	archive, err := s.exportTo(ctx, directory, format, filter, options)
	if err != nil {
		_ = os.RemoveAll(directory)
		return nil, err
	}
	return archive, nil
}

// exportTo downloads to a file in the directory, which the archive's Close removes.
func (s *Service) exportTo(ctx context.Context, directory string, format Format, filter Filter, options methodOptions) (*record.Archive, error) {
	job, err := s.StartExport(ctx, format, filter)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(directory, "export.zip")
	if err := job.file(options).save(ctx, path); err != nil {
		return nil, job.wrap(err)
	}
	archive, err := openTemporary(path, directory, options.archiveLimits)
	if err != nil {
		return nil, job.wrap(err)
	}
	return archive, nil
}

func openTemporary(path, directory string, limits record.Limits) (*record.Archive, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	archive, err := record.NewArchive(temporaryFile{file, directory}, info.Size(), record.WithLimits(limits))
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return archive, nil
}

// temporaryFile is a file whose Close removes the directory it is in.
type temporaryFile struct {
	*os.File
	directory string
}

func (f temporaryFile) Close() error {
	return errors.Join(f.File.Close(), os.RemoveAll(f.directory))
}

// wrap adds the job to an error that doesn't have it yet.
func (j Job) wrap(err error) error {
	var known *JobError
	if errors.As(err, &known) {
		return err
	}
	var broken *DownloadError
	if errors.As(err, &broken) {
		broken.Part = "" // it is removed with the temporary directory
	}
	return &JobError{Job: j, Err: err}
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
