// Package testfault has faults of the emulator that this repository's tests and
// `sparklog serve` need beside those of package sparktest.
package testfault

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

// Body responds with this body. The platform doesn't act.
func Body(code int, contentType, body string) sparktest.FaultPart {
	return sparktest.Respond(func(w http.ResponseWriter, _ *http.Request) {
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(code)
		io.WriteString(w, body)
	})
}

// BareStatus responds with a status code and no body, as some gateways do. The
// platform doesn't act.
func BareStatus(code int) sparktest.FaultPart { return Body(code, "", "") }

// ErrorMember responds with an error under 200, whose status is null. The
// platform doesn't act.
func ErrorMember() sparktest.FaultPart {
	return Body(http.StatusOK, "application/json; charset=utf-8", `{"status":null,"response_data":null,"response_meta":null,`+
		`"error":{"error_category":"processing_error","error_type":"error.PROCESSING","message":"PROCESSING_FAILED","additional_details":null}}`)
}

// ExpiredURL responds as the file host does when a download URL has expired.
func ExpiredURL() sparktest.FaultPart {
	return Body(http.StatusForbidden, "application/json; charset=utf-8", `{"status":"Error","response_data":null,"response_meta":null,`+
		`"error":{"error_category":"access_error","error_type":"error.FORBIDDEN","message":"DOWNLOAD_TOKEN_EXPIRED","additional_details":null}}`)
}

// Redirect redirects the client to the same path on another host. The platform
// doesn't act.
func Redirect(code int, host string) sparktest.FaultPart {
	return sparktest.Respond(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", strings.TrimSuffix(host, "/")+r.URL.RequestURI())
		w.WriteHeader(code)
	})
}

// EmptyBody removes the response's body.
func EmptyBody() sparktest.FaultPart { return CutShort(0) }

// CutShort leaves n bytes of the response's body, and a Content-Length that
// fits them. Compare sparktest.Truncate.
func CutShort(n int) sparktest.FaultPart {
	return sparktest.EditBody(func(body []byte) []byte { return body[:min(n, len(body))] })
}

// MalformedJSON leaves half of the response's body, and a Content-Length that
// fits it.
func MalformedJSON() sparktest.FaultPart {
	return sparktest.EditBody(func(body []byte) []byte { return body[:len(body)/2] })
}

// Corrupt inverts the 16 bytes in the middle of the response's body.
func Corrupt() sparktest.FaultPart {
	return sparktest.EditBody(func(body []byte) []byte {
		middle := len(body) / 2
		for i := max(0, middle-8); i < min(len(body), middle+8); i++ {
			body[i] ^= 0xff
		}
		return body
	})
}

// FilesElsewhere makes the download URL in the response lead to
// Server.ElsewhereURL, where the file is as well.
func FilesElsewhere(s *sparktest.Server) sparktest.FaultPart {
	return sparktest.EditBody(func(body []byte) []byte {
		return bytes.ReplaceAll(body, []byte(s.FileURL), []byte(s.ElsewhereURL))
	})
}

// NoRanges makes the file host ignore the header Range.
func NoRanges() sparktest.FaultPart {
	ignore := sparktest.Do(func(r *http.Request) { r.Header.Del("Range") })
	silent := sparktest.Header("Accept-Ranges", "")
	return func(f *sparktest.Fault) { ignore(f); silent(f) }
}

// ExpireTokens calls Server.ExpireTokens before the platform handles the request.
func ExpireTokens(s *sparktest.Server) sparktest.FaultPart {
	return sparktest.Do(func(*http.Request) { s.ExpireTokens() })
}

// ChangeFiles calls Server.ChangeFiles before the platform handles the request.
func ChangeFiles(s *sparktest.Server) sparktest.FaultPart {
	return sparktest.Do(func(*http.Request) { s.ChangeFiles() })
}

// Records changes what Get Call ID responds with, as long as the server runs: a
// record is a JSON object instead of a string that contains JSON (plain), and an
// empty string instead of null stands for a call that doesn't exist (empty).
func Records(s *sparktest.Server, plain, empty bool) {
	s.Fault(sparktest.GetCall, sparktest.Always(), sparktest.EditBody(func(body []byte) []byte {
		var envelope struct {
			Status       string          `json:"status"`
			ResponseData json.RawMessage `json:"response_data"`
		}
		if json.Unmarshal(body, &envelope) != nil || envelope.Status != "Success" {
			return body
		}
		record, exists := `""`, string(envelope.ResponseData) != "null"
		if exists && plain && json.Unmarshal(envelope.ResponseData, &record) == nil || !exists && empty {
			return bytes.Replace(body, envelope.ResponseData, []byte(record), 1)
		}
		return body
	}))
}
