package spark

import (
	"context"
	"io"
)

// Save waits until the job is done, if it isn't yet, and saves its ZIP archive.
// The archive appears under its name only when it is complete and every file in it
// matches its checksum. Until then it is in a part file beside the path, which a
// later Save of the same job resumes, also in another process. An existing file is
// not replaced, with an error that matches [fs.ErrExist], unless [WithOverwrite] is given.
// Save returns a [*JobError], an [*APIError], or a [*DownloadError].
func (j Job) Save(ctx context.Context, path string, opts ...ExportOption) error {
	if _, err := j.check(); err != nil {
		return err
	}
	return j.file(collect(opts)).save(ctx, path)
}

// Write waits until the job is done, if it isn't yet, and writes its ZIP archive
// to w. It downloads to a temporary file, so w gets the complete, checked archive
// or nothing. Only an error of w, or the end of the context while it is written,
// can leave a part of it in w. Broken connections are resumed within the call.
func (j Job) Write(ctx context.Context, w io.Writer, opts ...ExportOption) error {
	if _, err := j.check(); err != nil {
		return err
	}
	return j.file(collect(opts)).write(ctx, w)
}

// file is the job's ZIP archive. Each status has a new URL.
func (j Job) file(options methodOptions) *remoteFile {
	return &remoteFile{
		client: j.client, what: "ZIP of " + j.String(), options: options,
		identity: fileIdentity(j.client, "export", j.Folder, j.Service, j.Format, j.ID),
		url: func(ctx context.Context) (secret, error) {
			status, err := j.wait(ctx, options.wait)
			if err != nil {
				return secret{}, err
			}
			if err := j.client.checkFileURL(status.url); err != nil {
				return secret{}, &JobError{Job: j, Err: err}
			}
			return status.url, nil
		},
	}
}
