package spark

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Event describes a request, or a decision about another attempt, for metrics and traces.
// It contains nothing secret: no path, query, header or body.
type Event struct {
	// Operation names the operation in words, for example "get call".
	Operation string
	// OperationID is the operation's ID in the OpenAPI document; empty for files and tokens.
	OperationID string
	// Method and Host are the request's.
	Method, Host string
	// Status is the HTTP status, or 0 if no response came.
	Status int
	// Attempt counts the attempts of the operation, from 1.
	Attempt int
	// RequestID is the x-request-id that was sent.
	RequestID string
	// Duration is the time from sending the request to the end of the response.
	Duration time.Duration
	// Sent and Received are the sizes of the bodies in bytes. Sent is -1 if unknown.
	Sent, Received int64
	// Err is why the request or its response failed, or nil.
	Err error
	// Retry is set on a separate event after a failed attempt. The next attempt follows
	// after Wait.
	Retry bool
	Wait  time.Duration
	// NotRetried says why a transient failure isn't retried. It is set on a separate event
	// after the failed attempt.
	NotRetried string
}

// observing reports each request that goes out, redirects and repetitions included.
type observing struct {
	next   http.RoundTripper
	notify func(context.Context, Event)
}

func (o observing) RoundTrip(request *http.Request) (*http.Response, error) {
	event := operationOf(request.Context()).event()
	event.Method, event.Host, event.Sent = request.Method, request.URL.Host, request.ContentLength
	start := time.Now()
	finish := func(err error) {
		event.Duration, event.Err = time.Since(start), scrub(err)
		o.notify(request.Context(), event)
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

func (s *operationState) event() Event {
	return Event{Operation: s.operation.name, OperationID: s.operation.id, Attempt: s.attempts, RequestID: s.requestID}
}

// outcome returns the event of an attempt that failed.
func (s *operationState) outcome(response *http.Response, err error) Event {
	event := s.event()
	event.Err = scrub(err)
	var failure *APIError
	if response != nil {
		event.Status = response.StatusCode
	} else if errors.As(err, &failure) {
		event.Status = failure.Status
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
