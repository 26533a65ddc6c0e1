package spark

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/sniff"
	"github.com/sparkgo/spark-go/spark/record"
)

// remoteFile is a file that the platform offers at a URL that expires.
type remoteFile struct {
	client *Client
	// what names the file for people.
	what string
	// identity differs for every other file, so that a part file of another one
	// is never taken for the beginning of this one.
	identity string
	workbook bool
	options  methodOptions
	// url asks the platform for a new URL, and checks that it can be used.
	url func(context.Context) (secret, error)
}

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
	defer part.close() // also where the caller's progress function panics
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

// maxURLRefusals is how often in a row the file host may refuse a new URL.
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
		if err := d.ensureURL(ctx); err != nil {
			return err
		}
		err := d.attempt(ctx)
		if err == nil {
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

// ensureURL asks for a URL where the next attempt needs one. Its failures are
// final: the request has been retried already.
func (d *download) ensureURL(ctx context.Context) error {
	if d.part.complete() || !d.url.empty() {
		return nil
	}
	var err error
	d.url, err = d.file.url(ctx)
	return err
}

// attempt makes one request, unless the part is complete: then an earlier process
// ended between the last byte and the check.
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
		switch err {
		case nil:
		case io.EOF:
			d.progress(true) // the check may take a while
			return nil
		default:
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
		// Something on the way may have damaged it: once more from the beginning.
		d.corrupt++
		d.part.forget()
		d.url = secret{}
		return policy.delay(1), d.corrupt == 1
	case !errors.As(err, &failed):
		return 0, false // of this machine: a full disk, for example
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

// errNotFile means that a response isn't the file, although its status says so.
var errNotFile = errors.New("the response isn't the file")

// errRange means that a range doesn't belong to the part.
const errRange = permanentError("the platform's partial responses don't fit the file")

// accept reads the header of a response, and prepares the part for its body.
func (d *download) accept(response *http.Response) error {
	switch response.StatusCode {
	case http.StatusOK:
		return d.acceptFile(response)
	case http.StatusPartialContent:
		d.name = suggestedName(response)
		return d.acceptRange(response)
	case http.StatusRequestedRangeNotSatisfiable:
		return d.withoutRanges(response)
	}
	kind := kindOfStatus(response.StatusCode)
	if kind == nil {
		kind = ErrUnexpectedResponse // a success without a file, such as 204
	}
	// The body isn't shown: file hosts repeat the URL in it.
	return d.last.failure(response.StatusCode, response.Header, kind, nil, nil)
}

// acceptFile restarts the part: the range was ignored, or the file has changed.
// A gateway's page doesn't replace what has been downloaded.
func (d *download) acceptFile(response *http.Response) error {
	if d.part.resumable() {
		body := bufio.NewReader(response.Body)
		head, _ := body.Peek(512)
		if strings.HasPrefix(http.DetectContentType(head), "text/") {
			return d.last.failure(response.StatusCode, response.Header, ErrUnexpectedResponse, fmt.Errorf("%w: %s", errNotFile, sniff.Format(bytes.NewReader(head))), nil)
		}
		response.Body = struct {
			io.Reader
			io.Closer
		}{body, response.Body}
	}
	d.name = suggestedName(response)
	return d.part.begin(validatorOf(response), response.ContentLength)
}

func (d *download) acceptRange(response *http.Response) error {
	state := &d.part.state
	start, total := contentRange(response.Header)
	if start != d.part.size || validatorOf(response) != state.Validator || state.Total >= 0 && total >= 0 && total != state.Total {
		return d.withoutRanges(response)
	}
	state.Total = max(state.Total, total)
	return nil
}

// withoutRanges makes the next attempt request the complete file.
func (d *download) withoutRanges(response *http.Response) error {
	d.noRanges = true
	return d.last.failure(response.StatusCode, response.Header, ErrUnexpectedResponse, errRange, nil)
}
