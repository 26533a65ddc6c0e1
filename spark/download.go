package spark

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/record"
)

// remoteFile is a file that the platform offers at a URL that expires.
type remoteFile struct {
	client *Client
	// what describes the file in errors.
	what string
	// identity distinguishes the file from all others, so that the part of another file
	// isn't resumed.
	identity string
	workbook bool
	options  methodOptions
	// url asks the platform for a new URL, and checks that it can be used.
	url func(context.Context) (secret, error)
}

// fileIdentity returns an identity from the tenant and all that distinguishes its files.
func fileIdentity(c *Client, parts ...any) string {
	var b strings.Builder
	b.WriteString(c.BaseURL())
	for _, part := range parts {
		fmt.Fprintf(&b, " %q", fmt.Sprint(part))
	}
	return b.String()
}

// save downloads to a file that appears only when it is complete and checked.
func (f *remoteFile) save(ctx context.Context, path string) error {
	part, err := openPart(path, f.identity, f.options.overwrite)
	if err != nil {
		return &DownloadError{File: f.what, Total: -1, Err: err}
	}
	return f.download(ctx, part, func() error { return part.publish(f.options.overwrite) })
}

// write downloads to a temporary file, and copies it when it is complete and checked.
func (f *remoteFile) write(ctx context.Context, w io.Writer) error {
	part, err := temporaryPart()
	if err != nil {
		return &DownloadError{File: f.what, Total: -1, Err: err}
	}
	return f.download(ctx, part, func() error { return part.copyTo(ctx, w) })
}

func (f *remoteFile) download(ctx context.Context, part *part, deliver func() error) error {
	defer part.close() // also if the caller's progress function panics
	d := &download{file: f, part: part, start: time.Now()}
	err := d.run(ctx)
	if err == nil {
		err = deliver()
	}
	var job *JobError
	if err == nil || part.size == 0 && errors.As(err, &job) {
		return err
	}
	return &DownloadError{File: f.what, Bytes: part.size, Total: part.state.Total, Part: part.close(), Err: err}
}

// maxURLRefusals is how often in a row a file host may refuse a URL before the download
// fails.
const maxURLRefusals = 2

// download is the work on one file: as many requests as it takes.
type download struct {
	file *remoteFile
	part *part

	url      secret
	name     string
	last     *operationState // of the last request
	attempts int
	resumed  int
	noRanges bool

	size               int64 // the largest size of the part so far
	failures, refusals int   // in a row, while the part didn't exceed that
	corrupt            int

	start, reported time.Time
}

// run fetches the file until it is complete and checked, or until another attempt
// wouldn't help.
func (d *download) run(ctx context.Context) error {
	var before error // the failure of the attempt before
	for {
		var err error
		if d.url.empty() && !d.part.complete() {
			if d.url, err = d.file.url(ctx); err != nil {
				return err // the request has been retried already
			}
		}
		if err = d.attempt(ctx); err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return endedBy(ctx, before, err)
		}
		wait, again := d.nextAttempt(err)
		if !again {
			return err
		}
		if outlasts(ctx, wait) {
			return joined(err, context.DeadlineExceeded)
		}
		d.notify(ctx, err, wait)
		if !sleep(ctx, wait) {
			return endedBy(ctx, err)
		}
		d.resumed++
		before = err
	}
}

// attempt makes one request and checks the file. If an earlier process ended between the
// last byte and the check, the part is complete, and nothing is requested.
func (d *download) attempt(ctx context.Context) error {
	if !d.part.complete() {
		if err := d.fetch(ctx); err != nil {
			return err
		}
	}
	if err := checkFile(ctx, d.part.file, d.part.size, d.file.workbook); err != nil {
		return err
	}
	d.progress(true)
	return nil
}

func (d *download) fetch(ctx context.Context) error {
	response, err := d.request(ctx)
	if err != nil {
		return d.last.ended(ctx).noResponse(err)
	}
	defer response.Body.Close()
	if err := d.accept(response); err != nil {
		return err
	}
	return d.receive(ctx, response.Body)
}

func (d *download) request(ctx context.Context) (*http.Response, error) {
	d.attempts++
	ctx, d.last = withOperation(ctx, opFile)
	d.last.attempts = d.attempts
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url.reveal(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "*/*")
	// A compressed response would hide the file's length, and ranges would be useless.
	request.Header.Set("Accept-Encoding", "identity")
	if d.part.resumable() && !d.noRanges {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", d.part.size))
		request.Header.Set("If-Range", d.part.state.Validator)
	}
	client := d.file.client
	return client.settings.identified(client.httpClient, "").Do(request)
}

// receive appends the body to the part.
func (d *download) receive(ctx context.Context, body io.Reader) error {
	buffer := make([]byte, 128<<10)
	d.progress(true)
	for {
		n, err := body.Read(buffer)
		if _, err := d.part.Write(buffer[:n]); err != nil {
			return err
		}
		d.progress(false)
		if err == io.EOF && d.part.state.Total >= 0 && d.part.size != d.part.state.Total {
			err = io.ErrUnexpectedEOF
		}
		if err == io.EOF {
			d.progress(true) // the check may take a while
			return nil
		}
		if err != nil {
			return d.last.ended(ctx).noResponse(err)
		}
	}
}

// nextAttempt decides whether another attempt may help, and after which wait.
func (d *download) nextAttempt(err error) (wait time.Duration, again bool) {
	if d.part.size > d.size {
		d.size, d.failures, d.refusals = d.part.size, 0, 0
	}
	policy := d.file.client.settings.retry
	var failed *APIError
	switch {
	case errors.Is(err, record.ErrCorrupt):
		// The network may have damaged it, so it is downloaded once more from the beginning.
		d.corrupt++
		d.part.forget()
		d.url = secret{}
		return policy.delay(1), d.corrupt == 1
	case !errors.As(err, &failed):
		return 0, false // a failure of this machine, such as a full disk
	case refusesURL(failed.Status), errors.Is(err, errNotFile):
		d.refusals++
		d.url = secret{}
		return policy.delay(d.refusals), d.refusals <= maxURLRefusals
	}
	d.failures++
	if errors.Is(err, errRange) {
		return 0, d.failures < policy.MaxAttempts
	}
	wait = policy.delay(d.failures)
	if failed.RetryAfter > 0 {
		wait = min(failed.RetryAfter, policy.MaxRetryAfter)
	}
	return wait, failed.Transient() && d.failures < policy.MaxAttempts
}

// notify reports that another attempt follows.
func (d *download) notify(ctx context.Context, err error, wait time.Duration) {
	if d.last == nil {
		return
	}
	event := d.last.outcome(nil, err)
	event.Retry, event.Wait = true, wait
	d.file.client.settings.notify(ctx, event)
}

// progress calls the caller's function, at most ten times a second unless forced.
func (d *download) progress(force bool) {
	now := time.Now()
	report := d.file.options.onDownload
	if report == nil || !force && now.Sub(d.reported) < 100*time.Millisecond {
		return
	}
	d.reported = now
	report(DownloadProgress{Name: d.name, Bytes: d.part.size, Total: d.part.state.Total, Elapsed: now.Sub(d.start), Resumed: d.resumed})
}

// DownloadProgress reports how far a download has come.
type DownloadProgress struct {
	// Name is the file's name as the platform suggests it, without any directory;
	// empty if it suggests none.
	Name string
	// Bytes is how many have arrived, of Total. Total is -1 if it isn't known.
	Bytes, Total int64
	// Elapsed is the time since the download began.
	Elapsed time.Duration
	// Resumed is how many times the download continued after a failure.
	Resumed int
}

// DownloadError reports a download that did not complete.
type DownloadError struct {
	// File describes the file.
	File string
	// Part is the part file that the next call resumes, or empty if there isn't one.
	Part string
	// Bytes is how many have arrived, of Total. Total is -1 if it isn't known.
	Bytes, Total int64
	// Err is what ended it: an [*APIError], a [*JobError], the context's error,
	// an error of the file system or the caller's writer, or one that matches
	// [record.ErrCorrupt].
	Err error
}

// Error implements error, on one line.
func (e *DownloadError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "download %s: ", e.File)
	if e.Bytes > 0 && e.Total >= 0 {
		fmt.Fprintf(&b, "after %d of %d bytes: ", e.Bytes, e.Total)
	} else if e.Bytes > 0 {
		fmt.Fprintf(&b, "after %d bytes: ", e.Bytes)
	}
	b.WriteString(oneLine(e.Err.Error()))
	if e.Part != "" {
		fmt.Fprintf(&b, "; the part already downloaded is kept in %s, save to the same path to resume", e.Part)
	}
	return b.String()
}

// Unwrap returns what ended the download.
func (e *DownloadError) Unwrap() error { return e.Err }
