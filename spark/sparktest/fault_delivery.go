package sparktest

import (
	"maps"
	"net/http"
	"strconv"
	"time"
)

// Reset resets the connection before any response. The platform doesn't act.
func Reset() FaultPart {
	return func(f *Fault) { nothing(f); Lose()(f) }
}

// Hang never responds. The request ends when the client gives up or the server is
// closed. The platform doesn't act.
func Hang() FaultPart {
	hang := deliver(func(h hit, _ http.ResponseWriter, r *http.Request, _ *response) { h.server.hang(r) })
	return func(f *Fault) { nothing(f); hang(f) }
}

var nothing = Respond(func(http.ResponseWriter, *http.Request) {})

// Lose lets the platform act, then resets the connection instead of responding.
func Lose() FaultPart {
	return deliver(func(_ hit, w http.ResponseWriter, _ *http.Request, _ *response) { reset(w) })
}

// ResetAfter sends the header and n bytes of the body, then resets the
// connection.
func ResetAfter(n int) FaultPart {
	return deliver(func(_ hit, w http.ResponseWriter, r *http.Request, res *response) {
		res.sendPart(w, r, n)
		reset(w)
	})
}

// Truncate sends the header, with the length of the body, and n bytes of the
// body. Then it closes the connection without a reset.
func Truncate(n int) FaultPart {
	return deliver(func(_ hit, w http.ResponseWriter, r *http.Request, res *response) {
		res.sendPart(w, r, n)
		panic(http.ErrAbortHandler)
	})
}

// Stall sends the header and n bytes of the body, then nothing until the
// client gives up or the server is closed.
func Stall(n int) FaultPart {
	return deliver(func(h hit, w http.ResponseWriter, r *http.Request, res *response) {
		res.sendPart(w, r, n)
		h.server.hang(r)
	})
}

// Slow sends the body in pieces of size bytes, with a pause before each.
func Slow(size int, pause time.Duration) FaultPart {
	return deliver(func(h hit, w http.ResponseWriter, r *http.Request, res *response) {
		res.sendPart(w, r, 0)
		for body := res.body; len(body) > 0; {
			h.server.wait(r, pause)
			n := min(max(1, size), len(body))
			w.Write(body[:n])
			flush(w)
			body = body[n:]
		}
	})
}

func deliver(send func(hit, http.ResponseWriter, *http.Request, *response)) FaultPart {
	return addLayer(delivered, func(h hit, platform http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { send(h, w, r, respondInMemory(platform, r)) }
	})
}

// A response is one in memory, to be changed and sent.
type response struct {
	code   int
	header http.Header
	body   []byte
}

// respondInMemory returns the response of a handler.
func respondInMemory(handler http.HandlerFunc, r *http.Request) *response {
	res := &response{code: http.StatusOK, header: make(http.Header)}
	handler(res, r)
	return res
}

func (res *response) Header() http.Header  { return res.header }
func (res *response) WriteHeader(code int) { res.code = code }

func (res *response) Write(p []byte) (int, error) {
	res.body = append(res.body, p...)
	return len(p), nil
}

func (res *response) send(w http.ResponseWriter, r *http.Request) {
	res.sendHeader(w, r)
	w.Write(res.body)
}

func (res *response) sendHeader(w http.ResponseWriter, r *http.Request) {
	maps.Copy(w.Header(), res.header)
	if r.Method != http.MethodHead { // that has a length, but no body
		w.Header().Set("Content-Length", strconv.Itoa(len(res.body)))
	}
	w.WriteHeader(res.code)
}

// sendPart sends the header and n bytes of the body at once.
func (res *response) sendPart(w http.ResponseWriter, r *http.Request, n int) {
	res.sendHeader(w, r)
	w.Write(res.body[:max(0, min(n, len(res.body)))])
	flush(w)
}

func flush(w http.ResponseWriter) {
	http.NewResponseController(w).Flush() // fails if the client has gone, which the next write shows
}

// hang waits until the client goes or the server is closed.
func (s *Server) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.done:
	}
	panic(http.ErrAbortHandler)
}

// reset breaks the connection in such a way that the client sees a reset, not
// an end.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if conn, ok := conn.(interface{ SetLinger(seconds int) error }); ok {
		conn.SetLinger(0)
	}
	conn.Close()
}
