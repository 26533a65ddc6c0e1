package spark

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Event is something that happened on the wire, for metrics and traces. It
// holds nothing secret: no path, query, header or body.
type Event struct {
	// Operation says in words what is done, for example "get call".
	Operation string
	// OperationID is the operation's ID in the OpenAPI document; empty for files and tokens.
	OperationID string
	// Method and Host are the request's.
	Method, Host string
	// Status is the HTTP status, or 0 where no answer came.
	Status int
	// Attempt counts the tries of the operation from 1.
	Attempt int
	// RequestID is the x-request-id sent.
	RequestID string
	// Duration is the time from sending to the end of the answer.
	Duration time.Duration
	// Sent and Received are the bytes of the bodies. Sent is -1 where it isn't known.
	Sent, Received int64
	// Err is what broke the request or its answer, or nil.
	Err error
	// Retry is set on an event of its own that follows a failed try: another one
	// comes after Wait.
	Retry bool
	Wait  time.Duration
	// NotRetried is set on an event of its own that follows a failed try: a
	// failure that may pass isn't tried again, and this is why.
	NotRetried string
}

// observing tells of each request that goes out, redirects and renewals included.
type observing struct {
	next http.RoundTripper
	tell func(context.Context, Event)
}

func (o observing) RoundTrip(request *http.Request) (*http.Response, error) {
	event := Event{
		Method: request.Method, Host: request.URL.Host, Sent: request.ContentLength,
		RequestID: request.Header.Get(requestIDHeader),
	}
	told := exchangeOf(request.Context())
	event.Operation, event.OperationID, event.Attempt = told.operation.name, told.operation.id, told.attempts
	start := time.Now()
	finish := func(err error) {
		event.Duration, event.Err = time.Since(start), scrub(err)
		o.tell(request.Context(), event)
	}
	response, err := o.next.RoundTrip(request)
	if err != nil {
		finish(err)
		return nil, err
	}
	event.Status = response.StatusCode
	response.Body = &observedBody{ReadCloser: response.Body, received: &event.Received, finish: finish}
	return response, nil
}

type observedBody struct {
	io.ReadCloser
	received *int64
	finish   func(error)
	once     sync.Once
	broken   error
}

func (b *observedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	*b.received += int64(n)
	if err != nil && err != io.EOF {
		b.broken = err
	}
	return n, err
}

func (b *observedBody) Close() error {
	err := b.ReadCloser.Close()
	b.once.Do(func() { b.finish(b.broken) })
	return err
}

// outcome is the event of a try that failed.
func (e *exchange) outcome(response *http.Response, err error) Event {
	event := Event{
		Operation: e.operation.name, OperationID: e.operation.id,
		Attempt: e.attempts, RequestID: e.requestID, Err: scrub(err),
	}
	if response != nil {
		event.Status = response.StatusCode
	}
	return event
}

// logEvent writes an event with its fields, and nothing else, at debug level.
func logEvent(ctx context.Context, logger *slog.Logger, event Event) {
	if !logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attributes := []slog.Attr{
		slog.String("operation", event.Operation),
		slog.Int("attempt", event.Attempt),
		slog.Int("status", event.Status),
		slog.String("request_id", event.RequestID),
	}
	message := "request"
	switch {
	case event.Retry:
		message = "retry"
		attributes = append(attributes, slog.Duration("wait", event.Wait))
	case event.NotRetried != "":
		message = "not retried"
		attributes = append(attributes, slog.String("reason", event.NotRetried))
	default:
		attributes = append(attributes,
			slog.String("method", event.Method), slog.String("host", event.Host), slog.Duration("duration", event.Duration),
			slog.Int64("sent", event.Sent), slog.Int64("received", event.Received))
	}
	if event.Err != nil {
		attributes = append(attributes, slog.String("error", printable(event.Err.Error())))
	}
	logger.LogAttrs(ctx, slog.LevelDebug, message, attributes...)
}
