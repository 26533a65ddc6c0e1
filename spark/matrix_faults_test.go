package spark_test

import (
	"context"
	"net/http"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// matrixFault is a fault and what is expected of each group of operations: for
// a fault that happens once, later, and always, or one word for all three. The
// words are those of matrixSentinels, and
//
//	ok           the operation goes well
//	connection   an APIError without a response, whose cause is the network's error
//	redirect     an APIError that says that a redirect was not followed
//	noranges     a DownloadError that says that partial responses don't fit the file
//	-            the case makes no sense
type matrixFault struct {
	name        string
	credentials []string // nil: all kinds
	parts       func(*sparktest.Server) []sparktest.FaultPart
	// refuse refuses connections, which no part of a fault does.
	refuse bool
	// limit ends the context after so long: by its deadline, or cancelled with a cause,
	// which the error matches if a request was cut short by it.
	limit     time.Duration
	deadline  bool
	inRequest bool
	// atOnce: the operation doesn't wait for that end.
	atOnce   bool
	expected expected
}

type expected map[column]string

// of returns the expected outcomes of a group. A guarded file has those of others unless
// the fault lists its own.
func (f matrixFault) of(c column) string {
	if outcomes, ok := f.expected[c]; ok || c != guarded {
		return outcomes
	}
	return f.expected[saves]
}

// script makes the fault happen, and returns what ends it.
func (f matrixFault) script(s *scene, step sparktest.Operation, at point, skip int) (lift func()) {
	if f.refuse {
		s.client.CloseIdleConnections()
		s.server.RefuseConnections(map[point]int{once: 1, later: 2, always: 1 << 30}[at])
		return func() { s.server.RefuseConnections(0) }
	}
	parts := f.parts(s.server)
	switch at {
	case later:
		parts = append(parts, sparktest.After(skip))
	case always:
		parts = append(parts, sparktest.Always())
	}
	return s.server.Fault(step, parts...).Remove
}

func (f matrixFault) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	switch {
	case f.limit == 0:
		return ctx, func() {}
	case f.deadline:
		return context.WithTimeout(ctx, f.limit)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(f.limit, func() { cancel(errShutdown) })
	return ctx, func() { timer.Stop(); cancel(nil) }
}

func parts(parts ...sparktest.FaultPart) func(*sparktest.Server) []sparktest.FaultPart {
	return func(*sparktest.Server) []sparktest.FaultPart { return append([]sparktest.FaultPart{}, parts...) }
}

// of returns a part that needs the server.
func of(part func(*sparktest.Server) sparktest.FaultPart) func(*sparktest.Server) []sparktest.FaultPart {
	return func(s *sparktest.Server) []sparktest.FaultPart { return []sparktest.FaultPart{part(s)} }
}

var matrixFaults = []matrixFault{
	// Refusals.
	{name: "400", parts: parts(sparktest.Status(400)), expected: expected{reads: "BadRequest", statuses: "BadRequest", starts: "BadRequest", waits: "ok ok JobFailed", saves: "BadRequest", tokens: "Unauthorized", tokenWaits: "Unauthorized"}},
	{name: "401 to an API key or bearer token", credentials: fixed, parts: parts(sparktest.Status(401)), expected: expected{reads: "Unauthorized", statuses: "Unauthorized", starts: "Unauthorized", waits: "Unauthorized", saves: "ok ok Unauthorized"}},
	{name: "401 to a refreshable credential", credentials: refreshable, parts: parts(sparktest.Status(401)), expected: expected{reads: "ok ok Unauthorized", statuses: "ok ok Unauthorized", starts: "ok ok Unauthorized", waits: "ok ok Unauthorized", saves: "ok ok Unauthorized", tokens: "Unauthorized", tokenWaits: "Unauthorized"}},
	{name: "tokens expire early", parts: of(testfault.ExpireTokens), credentials: []string{"client credentials"}, expected: expected{guarded: "ok ok Unauthorized", reads: "ok ok Unauthorized", statuses: "ok ok Unauthorized", starts: "ok ok Unauthorized", waits: "ok ok Unauthorized", saves: "ok"}},
	{name: "403", credentials: allKinds, parts: parts(sparktest.Status(403)), expected: expected{reads: "Forbidden", statuses: "Forbidden", starts: "Forbidden", waits: "Forbidden", saves: "ok ok Forbidden", tokens: "Forbidden", tokenWaits: "Forbidden"}},
	{name: "404", parts: parts(testfault.BareStatus(404)), expected: expected{reads: "NotFound", statuses: "NotFound", starts: "NotFound", waits: "ok ok NotFound", saves: "ok ok NotFound", tokens: "NotFound", tokenWaits: "NotFound"}},
	{name: "409", parts: parts(sparktest.Status(409)), expected: expected{reads: "Conflict", statuses: "Conflict", starts: "Conflict", waits: "ok ok JobFailed", saves: "Conflict", tokens: "Conflict", tokenWaits: "Conflict"}},
	{name: "410", parts: parts(testfault.BareStatus(410)), expected: expected{reads: "NotFound", statuses: "NotFound", starts: "NotFound", waits: "ok ok NotFound", saves: "ok ok NotFound", tokens: "NotFound", tokenWaits: "NotFound"}},
	{name: "416", parts: parts(testfault.BareStatus(416)), expected: expected{saves: "ok ok noranges"}},
	{name: "expired URL", parts: parts(testfault.ExpiredURL()), expected: expected{saves: "ok ok Forbidden"}},
	// Transient failures.
	{name: "408", parts: parts(testfault.BareStatus(408)), expected: transient},
	{name: "429", parts: parts(sparktest.Status(429)), expected: expected{reads: "ok ok RateLimited", statuses: "ok ok RateLimited", starts: "ok ok RateLimited", waits: "ok ok WaitLimit", saves: "ok ok RateLimited", tokens: "ok ok RateLimited", tokenWaits: "ok ok WaitLimit"}},
	{name: "429, Retry-After: 20", parts: parts(sparktest.Status(429), sparktest.RetryAfter(20*time.Second)), expected: expected{reads: "ok ok RateLimited", statuses: "ok ok RateLimited", starts: "ok ok RateLimited", waits: "ok ok WaitLimit", saves: "ok ok RateLimited", tokens: "ok ok RateLimited", tokenWaits: "ok ok WaitLimit"}},
	{name: "500", parts: parts(sparktest.Status(500)), expected: transient},
	{name: "501", parts: parts(sparktest.Status(501)), expected: expected{reads: "Unavailable", statuses: "Unavailable", starts: "Unavailable", waits: "ok ok JobFailed", saves: "Unavailable", tokens: "Unavailable", tokenWaits: "Unavailable"}},
	{name: "502, a web page", parts: parts(sparktest.HTML(502)), expected: transient},
	{name: "503", parts: parts(testfault.BareStatus(503)), expected: transient},
	{name: "503, Retry-After: 20", parts: parts(sparktest.Status(503), sparktest.RetryAfter(20*time.Second)), expected: expected{reads: "ok ok Unavailable", statuses: "ok ok Unavailable", starts: "ok ok Unavailable", waits: "ok ok Unavailable", saves: "ok ok Unavailable", tokens: "ok ok Unavailable", tokenWaits: "ok ok Unavailable"}},
	{name: "504", parts: parts(testfault.BareStatus(504)), expected: transient},
	// Connections.
	{name: "connection refused", refuse: true, expected: expected{reads: "ok ok connection", statuses: "ok ok connection", starts: "ok ok connection", waits: "ok ok connection", tokens: "ok ok connection"}},
	{name: "reset before the response", parts: parts(sparktest.Reset()), expected: broken},
	{name: "reset after it acted", parts: parts(sparktest.Lose()), expected: broken},
	{name: "no response", parts: parts(sparktest.Hang()), expected: broken},
	{name: "response after 2 min", parts: parts(sparktest.Delay(2 * time.Minute)), expected: broken},
	{name: "response after 20 s", parts: parts(sparktest.Delay(20 * time.Second)), expected: fine},
	{name: "reset within the header", parts: parts(sparktest.ResetAfter(0)), expected: broken},
	{name: "reset after 20 bytes", parts: parts(sparktest.ResetAfter(20)), expected: brokenInside},
	{name: "end after 20 bytes", parts: parts(sparktest.Truncate(20)), expected: brokenInside},
	{name: "stall after 20 bytes", parts: parts(sparktest.Stall(20)), expected: brokenInside},
	{name: "a byte a second", parts: parts(sparktest.Slow(1, time.Second)), expected: expected{reads: "ok", statuses: "ok", starts: "ok", tokens: "ok"}},
	{name: "1000 bytes in 50 s", parts: parts(sparktest.Slow(1000, 50*time.Second)), expected: expected{saves: "ok"}},
	{name: "reset after 1000 bytes", parts: parts(sparktest.ResetAfter(1000)), expected: fileFine},
	{name: "end after 1000 bytes", parts: parts(sparktest.Truncate(1000)), expected: fileFine},
	{name: "stall after 1000 bytes", parts: parts(sparktest.Stall(1000)), expected: fileFine},
	// Responses that aren't the platform's.
	{name: "200, a web page", parts: parts(sparktest.HTML(200)), expected: expected{reads: "UnexpectedResponse", statuses: "UnexpectedResponse", starts: "UnexpectedResponse", waits: "ok ok UnexpectedResponse", saves: "ok ok Corrupt", tokens: "UnexpectedResponse", tokenWaits: "ok ok UnexpectedResponse"}},
	{name: "200, empty", parts: parts(testfault.EmptyBody()), expected: expected{reads: "UnexpectedResponse", statuses: "UnexpectedResponse", starts: "UnexpectedResponse", waits: "ok ok UnexpectedResponse", saves: "ok ok Corrupt", tokens: "UnexpectedResponse", tokenWaits: "ok ok UnexpectedResponse"}},
	{name: "204", parts: parts(testfault.BareStatus(204)), expected: expected{reads: "UnexpectedResponse", statuses: "UnexpectedResponse", starts: "UnexpectedResponse", waits: "ok ok UnexpectedResponse", saves: "ok ok UnexpectedResponse", tokens: "UnexpectedResponse", tokenWaits: "ok ok UnexpectedResponse"}},
	{name: "half a response", parts: parts(testfault.MalformedJSON()), expected: expected{reads: "UnexpectedResponse", statuses: "UnexpectedResponse", starts: "UnexpectedResponse", waits: "ok ok UnexpectedResponse", saves: "ok ok Corrupt", tokens: "UnexpectedResponse", tokenWaits: "ok ok UnexpectedResponse"}},
	{name: "another content type", parts: parts(sparktest.Header("Content-Type", "text/plain")), expected: expected{reads: "ok", statuses: "ok", starts: "ok", waits: "ok", saves: "ok", tokens: "ok", tokenWaits: "ok"}},
	{name: `status "Error" under 200`, parts: parts(sparktest.ErrorStatus()), expected: expected{reads: "BadRequest", statuses: "BadRequest", starts: "BadRequest", waits: "ok ok JobFailed", saves: "ok ok Corrupt"}},
	{name: "error under 200", parts: parts(testfault.ErrorMember()), expected: expected{reads: "BadRequest", statuses: "BadRequest", starts: "BadRequest", waits: "ok ok JobFailed"}},
	{name: "corrupt bytes", parts: parts(testfault.Corrupt()), expected: expected{saves: "ok ok Corrupt"}},
	// Redirects.
	{name: "302 to another host", credentials: allKinds, parts: elsewhere(302), expected: expected{guarded: "ok ok Unauthorized", reads: "redirect", statuses: "redirect", starts: "redirect", waits: "redirect", saves: "ok", tokens: "UnexpectedResponse", tokenWaits: "UnexpectedResponse"}},
	{name: "307 to another host", credentials: allKinds, parts: elsewhere(307), expected: expected{guarded: "ok ok Unauthorized", reads: "redirect", statuses: "redirect", starts: "redirect", waits: "redirect", saves: "ok", tokens: "UnexpectedResponse", tokenWaits: "UnexpectedResponse"}},
	{name: "307 to the same host", parts: sameHost, expected: expected{reads: "ok ok redirect", statuses: "ok ok redirect", starts: "ok ok redirect", waits: "ok ok redirect"}},
	// Jobs and files.
	{name: "progress stands still", parts: parts(sparktest.Progress(50)), expected: expected{statuses: "ok", waits: "ok ok WaitLimit"}},
	{name: "progress runs backwards", parts: parts(sparktest.Progress(90, 40, 10)), expected: expected{statuses: "ok", waits: "ok ok WaitLimit"}},
	{name: "progress exceeds 100", parts: parts(sparktest.Progress(250)), expected: expected{statuses: "ok", waits: "ok"}},
	{name: "100 without a file", parts: parts(sparktest.NoURL()), expected: expected{statuses: "ok", waits: "ok ok JobFailed"}},
	{name: "ranges ignored", parts: parts(testfault.NoRanges()), expected: fileFine},
	{name: "file changed", parts: of(testfault.ChangeFiles), expected: expected{saves: "ok"}},
	{name: "no Content-Range", parts: parts(sparktest.Header("Content-Range", "")), expected: expected{saves: "ok"}},
	{name: "Content-Range of another part", parts: parts(sparktest.Header("Content-Range", "bytes 5-9/10")), expected: expected{saves: "ok"}},
	{name: "no ETag", parts: parts(sparktest.Header("ETag", "")), expected: expected{saves: "ok"}},
	{name: "neither ETag nor date", parts: parts(sparktest.Header("ETag", ""), sparktest.Header("Last-Modified", "")), expected: fileFine},
	// The end of the caller's context.
	{name: "cancelled, no response", limit: 5 * time.Second, inRequest: true, parts: parts(sparktest.Hang()), expected: everywhere("Canceled - Canceled")},
	{name: "deadline, no response", limit: 5 * time.Second, deadline: true, parts: parts(sparktest.Hang()), expected: everywhere("DeadlineExceeded - DeadlineExceeded")},
	{name: "cancelled inside", limit: 5 * time.Second, inRequest: true, parts: parts(sparktest.Stall(20)), expected: everywhere("Canceled - Canceled")},
	{name: "cancelled before a retry", limit: 5 * time.Second, parts: parts(sparktest.Status(429), sparktest.RetryAfter(20*time.Second)), expected: everywhere("Canceled - Canceled")},
	{name: "deadline before a retry", limit: 5 * time.Second, deadline: true, atOnce: true, parts: parts(sparktest.Status(429), sparktest.RetryAfter(20*time.Second)), expected: expected{reads: "DeadlineExceeded - DeadlineExceeded", statuses: "DeadlineExceeded - DeadlineExceeded", starts: "DeadlineExceeded - DeadlineExceeded", saves: "DeadlineExceeded - DeadlineExceeded"}},
}

var (
	transient    = expected{reads: "ok ok Unavailable", statuses: "ok ok Unavailable", starts: "Unavailable", waits: "ok ok Unavailable", saves: "ok ok Unavailable", tokens: "ok ok Unavailable", tokenWaits: "ok ok Unavailable"}
	broken       = expected{reads: "ok ok connection", statuses: "ok ok connection", starts: "connection", waits: "ok ok connection", saves: "ok ok connection", tokens: "ok ok connection", tokenWaits: "ok ok connection"}
	brokenInside = expected{reads: "ok ok connection", statuses: "ok ok connection", starts: "connection", waits: "ok ok connection", saves: "ok", tokens: "ok ok connection", tokenWaits: "ok ok connection"}
	fine         = everywhere("ok")
	fileFine     = expected{saves: "ok"}
)

func everywhere(outcomes string) expected {
	same := expected{}
	for _, c := range columns {
		same[c] = outcomes
	}
	return same
}

func elsewhere(code int) func(*sparktest.Server) []sparktest.FaultPart {
	return func(s *sparktest.Server) []sparktest.FaultPart {
		return []sparktest.FaultPart{testfault.Redirect(code, s.ElsewhereURL)}
	}
}

func sameHost(s *sparktest.Server) []sparktest.FaultPart {
	return []sparktest.FaultPart{testfault.Redirect(http.StatusTemporaryRedirect, s.BaseURL[:len(s.BaseURL)-len("/"+s.Tenant)])}
}
