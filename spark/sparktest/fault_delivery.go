package sparktest

import (
	"maps"
	"net/http"
	"strconv"
	"time"
)

// Reset resets the connection before anything is answered. The platform
// doesn't act.
func Reset() FaultPart {
	return func(f *Fault) {
		BareStatus(http.StatusOK)(f)
		Lose()(f)
	}
}

// Hang never answers, until the client gives up or the server is closed. The
// platform doesn't act.
func Hang() FaultPart {
	return func(f *Fault) {
		BareStatus(http.StatusOK)(f)
		f.deliver = func(_ http.ResponseWriter, h *hit, _ *answer) { hang(h) }
	}
}

// Lose resets the connection before anything is answered, after the platform
// has acted.
func Lose() FaultPart {
	return deliver(func(w http.ResponseWriter, _ *hit, _ *answer) { reset(w) })
}

// ResetAfter sends the header and n bytes of the body, then resets the
// connection.
func ResetAfter(n int) FaultPart {
	return deliver(func(w http.ResponseWriter, h *hit, a *answer) {
		sendPart(w, h, a, n)
		reset(w)
	})
}

// Truncate sends the header, which says how long the body is, and n bytes of
// it, then closes the connection in good order. Compare CutShort.
func Truncate(n int) FaultPart {
	return deliver(func(w http.ResponseWriter, h *hit, a *answer) {
		sendPart(w, h, a, n)
		panic(http.ErrAbortHandler)
	})
}

// Stall sends the header and n bytes of the body, then nothing until the
// client gives up or the server is closed.
func Stall(n int) FaultPart {
	return deliver(func(w http.ResponseWriter, h *hit, a *answer) {
		sendPart(w, h, a, n)
		hang(h)
	})
}

// Slow sends the body in pieces of that size in bytes, with a pause before each.
func Slow(size int, pause time.Duration) FaultPart {
	return deliver(func(w http.ResponseWriter, h *hit, a *answer) {
		sendPart(w, h, a, 0)
		for rest := a.body; len(rest) > 0; {
			h.server.wait(h.request, pause)
			n := min(max(1, size), len(rest))
			w.Write(rest[:n])
			flush(w)
			rest = rest[n:]
		}
	})
}

func deliver(how func(http.ResponseWriter, *hit, *answer)) FaultPart {
	return func(f *Fault) { f.deliver = how }
}

func deliverWhole(w http.ResponseWriter, h *hit, a *answer) {
	sendHeader(w, h, a)
	w.Write(a.body)
}

func sendHeader(w http.ResponseWriter, h *hit, a *answer) {
	maps.Copy(w.Header(), a.header)
	if h.request.Method != http.MethodHead { // else there is a length, but no body
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.code)
}

// sendPart sends the whole header, and n bytes of the body at once.
func sendPart(w http.ResponseWriter, h *hit, a *answer, n int) {
	sendHeader(w, h, a)
	w.Write(firstBytes(a.body, n))
	flush(w)
}

func flush(w http.ResponseWriter) {
	http.NewResponseController(w).Flush() // fails if the client has gone, which the next write shows
}

// hang waits until the client or the server goes, and answers nothing.
func hang(h *hit) {
	select {
	case <-h.request.Context().Done():
	case <-h.server.done:
	}
	panic(http.ErrAbortHandler)
}

// reset breaks the connection so that the client sees a reset, not an end.
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

func firstBytes(body []byte, n int) []byte { return body[:max(0, min(n, len(body)))] }
