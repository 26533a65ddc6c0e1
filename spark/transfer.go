package spark

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// maxRenewals is how often in a row an address may be refused before the file
// counts as withheld.
const maxRenewals = 2

// transfer is one download: as many requests as it takes.
type transfer struct {
	source *source
	sink   sink
	report func(Transfer)

	start     time.Time
	reported  time.Time
	address   secret
	validator string
	total     int64
	name      string
	resumed   int
	attempts  int
	most      int64 // bytes that the sink had at most
	failures  int   // in a row, without it having more in between
	renewals  int   // likewise
	restarts  int
	noRanges  bool
	told      *exchange
}

func newTransfer(from *source, to sink, report func(Transfer)) *transfer {
	return &transfer{source: from, sink: to, report: report, start: time.Now(), total: -1}
}

// run fetches until the file is whole, or until something can't be mended.
func (t *transfer) run(ctx context.Context) error {
	for {
		err := t.attempt(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return endedBy(ctx.Err(), err)
		}
		if have := t.sink.offset(); have > t.most {
			t.most, t.failures, t.renewals = have, 0, 0
		}
		wait, fatal := t.mend(err)
		if fatal != nil {
			return fatal
		}
		if outlasts(ctx, wait) {
			return endedBy(context.DeadlineExceeded, err)
		}
		t.announce(ctx, err, wait)
		if interrupted := sleep(ctx, wait); interrupted != nil {
			return endedBy(interrupted, err)
		}
		t.resumed++
	}
}

// announce tells that another request follows.
func (t *transfer) announce(ctx context.Context, err error, wait time.Duration) {
	if t.told == nil {
		return
	}
	event := t.told.outcome(nil, err)
	event.Retry, event.Wait = true, wait
	var refused *APIError
	if errors.As(err, &refused) {
		event.Status = refused.Status
	}
	t.source.client.settings.tell(ctx, event)
}

// attempt makes one request, and ends well only with a whole file.
func (t *transfer) attempt(ctx context.Context) error {
	if t.total > 0 && t.sink.offset() == t.total {
		// An earlier run broke off between the last byte and the end.
		return t.complete()
	}
	if t.address.empty() {
		address, err := t.source.address(ctx)
		if err != nil {
			return &addressError{err}
		}
		t.address = address
	}
	response, err := t.request(ctx)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if err := t.accept(response); err != nil {
		return err
	}
	if err := t.receive(response.Body); err != nil {
		return err
	}
	return t.complete()
}

func (t *transfer) complete() error {
	if err := t.sink.verify(); err != nil {
		return err
	}
	t.tell(true)
	return nil
}

// addressError is a failure to get an address, which has been retried already.
type addressError struct{ err error }

func (e *addressError) Error() string { return e.err.Error() }
func (e *addressError) Unwrap() error { return e.err }

func (t *transfer) request(ctx context.Context) (*http.Response, error) {
	asking, told := withExchange(ctx, opFile)
	t.attempts++
	t.told, told.attempts = told, t.attempts
	client := t.source.client
	request, err := http.NewRequestWithContext(asking, http.MethodGet, t.address.reveal(), nil)
	if err != nil || request.URL.Host == "" {
		return nil, &addressError{t.told.unexpected("the file's address can't be read")}
	}
	if !(scope{plainHTTP: client.settings.plainHTTP}).private(request.URL) {
		return nil, &addressError{t.told.unexpected("the file waits at %s, where the connection isn't encrypted; AllowPlainHTTP permits it", request.URL.Host)}
	}
	request.Header.Set("Accept", "*/*")
	// A compressed answer would hide the file's length and make ranges useless.
	request.Header.Set("Accept-Encoding", "identity")
	if offset := t.sink.offset(); offset > 0 && t.validator != "" && !t.noRanges {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
		request.Header.Set("If-Range", t.validator)
	}
	response, err := client.settings.identified(client.wire, "").Do(request)
	if err != nil {
		return nil, told.ended(ctx).noAnswer(err)
	}
	return response, nil
}

// accept reads what the answer is, and brings the sink to where its body begins.
func (t *transfer) accept(response *http.Response) error {
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusPartialContent {
		return t.refused(response)
	}
	t.name = suggestedName(response)
	validator, offset := validatorOf(response.Header), t.sink.offset()
	if response.StatusCode == http.StatusPartialContent {
		start, total := contentRange(response.Header)
		if start != offset || validator != t.validator || (t.total >= 0 && total >= 0 && total != t.total) {
			return t.withoutRanges(response)
		}
		t.total = total
		return nil
	}
	if offset > 0 {
		// The range was ignored, or the file is another one now.
		if err := t.repeat(response.Body); err != nil {
			return err
		}
	}
	t.validator, t.total = validator, response.ContentLength
	return t.sink.begin(validator, t.total)
}

// repeat tells a connection that broke from what only the sink can say.
func (t *transfer) repeat(body io.Reader) error {
	err := t.sink.repeat(body)
	var own *sinkError
	if err == nil || errors.As(err, &own) || errors.Is(err, errFileChanged) {
		return err
	}
	return t.told.noAnswer(err)
}

func (t *transfer) refused(response *http.Response) error {
	if response.StatusCode == http.StatusRequestedRangeNotSatisfiable {
		return t.withoutRanges(response)
	}
	kind := kindOfStatus(response.StatusCode)
	if kind == nil {
		kind = ErrUnexpectedAnswer // a success without a file, such as 204
	}
	// The body isn't shown: file hosts repeat the address in it.
	return t.told.failure(response.StatusCode, response.Header, kind, nil, nil)
}

// errRange means that the rest of a file can't be had apart from the whole.
var errRange = errors.New("the platform's partial answers don't fit the file")

// withoutRanges lets the next attempt ask for the whole file, whose beginning
// the sink then compares or writes again.
func (t *transfer) withoutRanges(response *http.Response) error {
	t.noRanges = true
	return t.told.failure(response.StatusCode, response.Header, ErrUnexpectedAnswer, errRange, nil)
}

// startOver forgets the bytes so far, and returns the reason for another attempt.
func (t *transfer) startOver(reason error) error {
	if t.restarts++; t.restarts > maxRenewals {
		return &addressError{reason}
	}
	if err := t.sink.restart(); err != nil {
		return err
	}
	t.validator, t.total = "", -1
	return reason
}

// receive copies the body to the sink.
func (t *transfer) receive(body io.Reader) error {
	buffer := make([]byte, 128<<10)
	t.tell(true)
	for {
		n, err := body.Read(buffer)
		if n > 0 {
			if _, err := t.sink.Write(buffer[:n]); err != nil {
				return err
			}
			t.tell(false)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return t.told.noAnswer(err)
		}
	}
	if t.total >= 0 && t.sink.offset() < t.total {
		return t.told.noAnswer(io.ErrUnexpectedEOF)
	}
	return nil
}

// mend decides how to go on after a failed attempt: how long to wait, or that
// nothing helps.
func (t *transfer) mend(err error) (time.Duration, error) {
	var (
		own      *sinkError
		address  *addressError
		refused  *APIError
		policy   = t.source.client.settings.retry
		tooOften = func() bool { t.failures++; return t.failures >= policy.MaxAttempts }
	)
	switch {
	case errors.As(err, &own):
		return 0, own.err
	case errors.As(err, &address):
		return 0, address.err
	case errors.Is(err, errFileChanged):
		return 0, err
	case errors.Is(err, errRange):
		if tooOften() {
			return 0, err
		}
		return 0, nil
	case errors.Is(err, ErrCorrupt):
		// Once more from the beginning, with a fresh address: maybe the way did it.
		if t.restarts > 0 || t.startOver(err) != err {
			return 0, err
		}
		t.address = secret{}
		return policy.delay(1), nil
	case !errors.As(err, &refused):
		return 0, err
	}
	switch refused.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		// The address has expired.
		if t.renewals++; t.renewals > maxRenewals {
			return 0, err
		}
		t.address = secret{}
		return policy.delay(t.renewals), nil
	}
	if !refused.Transient() || tooOften() {
		return 0, err
	}
	wait := policy.delay(t.failures)
	if refused.RetryAfter > 0 {
		wait = min(refused.RetryAfter, policy.MaxRetryAfter)
	}
	return wait, nil
}

// failed wraps what ended the download.
func (t *transfer) failed(err error, kept string) error {
	var address *addressError
	if errors.As(err, &address) {
		err = address.err
	}
	var job *JobError
	if errors.As(err, &job) && t.sink.offset() == 0 {
		return job
	}
	return &DownloadError{What: t.source.what, Part: kept, Bytes: t.sink.offset(), Total: t.total, Err: err}
}

// tell reports progress, at most ten times a second unless it must.
func (t *transfer) tell(must bool) {
	if t.report == nil {
		return
	}
	now := time.Now()
	if !must && now.Sub(t.reported) < 100*time.Millisecond {
		return
	}
	t.reported = now
	t.report(Transfer{Name: t.name, Bytes: t.sink.offset(), Total: t.total, Elapsed: now.Sub(t.start), Resumed: t.resumed})
}

// validatorOf is what tells one version of a file from another: a strong ETag,
// or else the time of its last change.
func validatorOf(header http.Header) string {
	if tag := header.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
		return tag
	}
	return header.Get("Last-Modified")
}

// contentRange reads "bytes 5-9/10"; a total that isn't known is -1, and so is
// a start that can't be read.
func contentRange(header http.Header) (start, total int64) {
	value, _ := strings.CutPrefix(header.Get("Content-Range"), "bytes ")
	span, size, _ := strings.Cut(value, "/")
	first, _, _ := strings.Cut(span, "-")
	return count(first), count(size)
}

// count reads a number without a sign; -1 is none.
func count(text string) int64 {
	text = strings.TrimSpace(text)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !digits(text) {
		return -1
	}
	return n
}

// suggestedName is the file's name in Content-Disposition, or at the end of its
// address, without any folder.
func suggestedName(response *http.Response) string {
	if _, parameters, err := mime.ParseMediaType(response.Header.Get("Content-Disposition")); err == nil {
		if name := cleanName(parameters["filename"]); name != "" {
			return name
		}
	}
	last, err := url.PathUnescape(path.Base(response.Request.URL.EscapedPath()))
	if err != nil {
		return ""
	}
	return cleanName(last)
}

// cleanName takes away what could lead elsewhere: folders of either kind of
// system, drives, control characters, dots and spaces at either end.
func cleanName(name string) string {
	name = name[strings.LastIndexAny(name, `/\:`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`<>"|?*`, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	return strings.TrimFunc(name, func(r rune) bool { return r == '.' || unicode.IsSpace(r) })
}
