package sparktest

import (
	"fmt"
	"net/http"
	"strings"
)

// Status answers with a status code and an error in the operation's form: the
// envelope, or that of OAuth for the token endpoint. The platform doesn't act.
func Status(code int) FaultPart {
	return instead(func(h *hit) *answer {
		a := &answer{header: make(http.Header)}
		kind := strings.ToUpper(strings.ReplaceAll(http.StatusText(code), " ", "_"))
		if h.endpoint.operation == Token {
			refuseToken(a, code, strings.ToLower(kind), http.StatusText(code))
		} else {
			fail(a, newError(code, category(code), "error."+kind, kind))
		}
		return a
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

// BareStatus answers with a status code and no body, as some gateways do. The
// platform doesn't act.
func BareStatus(code int) FaultPart { return Answer(code, "", "") }

// HTML answers with a status code and a web page, as gateways and login pages
// do. The platform doesn't act.
func HTML(code int) FaultPart {
	title := http.StatusText(code)
	return Answer(code, "text/html; charset=utf-8",
		fmt.Sprintf("<!DOCTYPE html>\n<html><head><title>%d %s</title></head><body><h1>%s</h1></body></html>\n", code, title, title))
}

// Answer answers with what you like. The platform doesn't act.
func Answer(code int, contentType, body string) FaultPart {
	return instead(func(*hit) *answer {
		header := make(http.Header)
		if contentType != "" {
			header.Set("Content-Type", contentType)
		}
		return &answer{code: code, header: header, body: []byte(body)}
	})
}

// ErrorStatus answers with `status: "Error"` under 200. The platform doesn't
// act. It is one of the ways in which a job that failed can show itself.
func ErrorStatus() FaultPart { return failure200(&statusError) }

// ErrorMember answers with an error under 200, whose status is null. The
// platform doesn't act. It is one of the ways in which a job that failed can
// show itself.
func ErrorMember() FaultPart { return failure200(nil) }

func failure200(status *string) FaultPart {
	return instead(func(*hit) *answer {
		a := &answer{header: make(http.Header)}
		failure := newError(0, "processing_error", "error.PROCESSING", "PROCESSING_FAILED")
		writeEnvelope(a, http.StatusOK, envelope{Status: status, Error: failure})
		return a
	})
}

// Redirect sends the client to the same path on another host, such as
// Server.ElsewhereURL. The platform doesn't act.
func Redirect(code int, host string) FaultPart {
	return instead(func(h *hit) *answer {
		a := &answer{code: code, header: make(http.Header)}
		a.header.Set("Location", strings.TrimSuffix(host, "/")+h.request.URL.RequestURI())
		return a
	})
}

// ExpiredURL answers as the file host does when a download URL has expired.
func ExpiredURL() FaultPart {
	return instead(func(*hit) *answer {
		a := &answer{header: make(http.Header)}
		fail(a, errExpiredURL)
		return a
	})
}

func instead(build func(*hit) *answer) FaultPart {
	return func(f *Fault) { f.instead = build }
}
