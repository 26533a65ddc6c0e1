package sparktest

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Status responds with a status code and an error in the operation's form. The
// platform doesn't act.
func Status(code int) FaultPart {
	kind := strings.ToUpper(strings.ReplaceAll(http.StatusText(code), " ", "_"))
	return replaceResponse(func(h hit, w http.ResponseWriter, _ *http.Request) {
		if h.operation == Token {
			refuseToken(w, code, strings.ToLower(kind), http.StatusText(code))
		} else {
			h.operation.fail(w, newError(code, category(code), "error."+kind, kind))
		}
	})
}

// category is the platform's word for the kind of a failure.
func category(code int) string {
	switch {
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return "access_error"
	case code == http.StatusNotFound:
		return "not_found_error"
	case code == http.StatusTooManyRequests:
		return "rate_limit_error"
	case code >= http.StatusInternalServerError:
		return "internal_error"
	}
	return "request_error"
}

// HTML responds with a status code and a web page, as gateways and login pages
// do. The platform doesn't act.
func HTML(code int) FaultPart {
	title := http.StatusText(code)
	return Respond(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(code)
		fmt.Fprintf(w, "<!DOCTYPE html>\n<html><head><title>%d %s</title></head><body><h1>%s</h1></body></html>\n", code, title, title)
	})
}

// ErrorStatus responds with `status: "Error"` under 200. The platform doesn't
// act. This is one of the ways in which a failed job can show.
func ErrorStatus() FaultPart {
	return replaceResponse(func(h hit, w http.ResponseWriter, _ *http.Request) {
		h.operation.fail(w, newError(http.StatusOK, "processing_error", "error.PROCESSING", "PROCESSING_FAILED"))
	})
}

// Respond replaces the platform's response by that of handler.
func Respond(handler http.HandlerFunc) FaultPart {
	return replaceResponse(func(_ hit, w http.ResponseWriter, r *http.Request) { handler(w, r) })
}

func replaceResponse(with func(hit, http.ResponseWriter, *http.Request)) FaultPart {
	return addLayer(replaced, func(h hit, _ http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { with(h, w, r) }
	})
}

// Do calls f before the platform handles the request. It may change the
// header of the request.
func Do(f func(*http.Request)) FaultPart {
	return prepare(func(_ hit, r *http.Request) *http.Request { f(r); return r })
}

// Delay waits before the platform handles the request.
func Delay(d time.Duration) FaultPart {
	return prepare(func(h hit, r *http.Request) *http.Request { h.server.wait(r, d); return r })
}

// Progress makes the status of export jobs show these values one after the
// other. The fault happens as often as there are values. With Always the last
// value stays, so that a job gets stuck. From 100 there is a download URL.
func Progress(values ...float64) FaultPart {
	show := prepare(func(h hit, r *http.Request) *http.Request {
		return withProgress(r, values[min(h.number, len(values)-1)])
	})
	return func(f *Fault) {
		f.times = len(values)
		if len(values) > 0 {
			show(f)
		}
	}
}

// NoURL makes the status of export jobs show 100 without a download URL. This
// is one of the ways in which a failed job can show.
func NoURL() FaultPart {
	done := prepare(func(_ hit, r *http.Request) *http.Request { return withProgress(r, 100) })
	without := EditBody(func(body []byte) []byte {
		return downloadURL.ReplaceAll(body, []byte(`"download_url":null`))
	})
	return func(f *Fault) { done(f); without(f) }
}

var downloadURL = regexp.MustCompile(`"download_url":"[^"]*"`)

func prepare(change func(hit, *http.Request) *http.Request) FaultPart {
	return addLayer(prepared, func(h hit, platform http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { platform(w, change(h, r)) }
	})
}

type progressKey struct{}

// withProgress makes the status of a job show this progress.
func withProgress(r *http.Request, progress float64) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), progressKey{}, progress))
}

// faultyProgress returns what a fault makes a job's status show; ok is false if
// no fault does.
func faultyProgress(r *http.Request) (progress float64, ok bool) {
	progress, ok = r.Context().Value(progressKey{}).(float64)
	return progress, ok
}

// Header sets a header of the response. An empty value removes it.
func Header(name, value string) FaultPart {
	return edit(func(_ hit, res *response) {
		res.header.Set(name, value)
		if value == "" {
			res.header[http.CanonicalHeaderKey(name)] = nil // keeps net/http from adding its own
		}
	})
}

// RetryAfter sets the header Retry-After, in whole seconds. For its other form,
// a date, use Header.
func RetryAfter(d time.Duration) FaultPart {
	return Header("Retry-After", strconv.Itoa(int(d.Seconds())))
}

// EditBody replaces the body of the response by what change returns for it.
func EditBody(change func(body []byte) []byte) FaultPart {
	return edit(func(_ hit, res *response) { res.body = change(res.body) })
}

func edit(change func(hit, *response)) FaultPart {
	return addLayer(edited, func(h hit, platform http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			res := respondInMemory(platform, r)
			change(h, res)
			res.send(w, r)
		}
	})
}
