package sparktest

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// Header sets a header of the answer; an empty value removes it.
func Header(name, value string) FaultPart {
	return change(func(_ *hit, a *answer) {
		a.header.Set(name, value)
		if value == "" {
			a.header[http.CanonicalHeaderKey(name)] = nil // keeps net/http from adding its own
		}
	})
}

// RetryAfter says in the answer when to come again, in whole seconds. For other
// forms use Header.
func RetryAfter(d time.Duration) FaultPart {
	return Header("Retry-After", strconv.Itoa(int(d.Seconds())))
}

// ContentType gives the answer another content type.
func ContentType(contentType string) FaultPart { return Header("Content-Type", contentType) }

// EmptyBody takes the answer's body away.
func EmptyBody() FaultPart { return CutShort(0) }

// CutShort leaves the first n bytes of the answer's body and says that it is that long.
// Compare Truncate.
func CutShort(n int) FaultPart {
	return change(func(_ *hit, a *answer) { a.body = firstBytes(a.body, n) })
}

// MalformedJSON cuts the answer's body in half and says that it is that long.
func MalformedJSON() FaultPart {
	return change(func(_ *hit, a *answer) { a.body = a.body[:len(a.body)/2] })
}

// Corrupt inverts the bytes in the middle of the answer's body: 16, or fewer
// if it is shorter.
func Corrupt() FaultPart {
	return change(func(_ *hit, a *answer) {
		middle := len(a.body) / 2
		for i := max(0, middle-8); i < min(len(a.body), middle+8); i++ {
			a.body[i] ^= 0xff
		}
	})
}

// Progress makes the status of jobs show these values one after the other,
// the last one for as long as the fault lasts. It happens as often as there
// are values; with Always a job gets stuck. From 100 there is a download URL.
func Progress(values ...float64) FaultPart {
	return func(f *Fault) {
		f.times = len(values)
		if len(values) == 0 {
			return
		}
		f.prepare = append(f.prepare, func(h *hit) {
			h.request = withProgress(h.request, values[min(h.number, len(values)-1)])
		})
	}
}

// NoURL takes the download URL out of the answer; a job's progress is 100. It
// is one of the ways in which a job that failed can show itself.
func NoURL() FaultPart {
	return func(f *Fault) {
		f.prepare = append(f.prepare, func(h *hit) { h.request = withProgress(h.request, 100) })
		f.change = append(f.change, func(_ *hit, a *answer) {
			a.body = downloadURL.ReplaceAll(a.body, []byte(`"download_url":null`))
		})
	}
}

var downloadURL = regexp.MustCompile(`"download_url":"[^"]*"`)

// FilesElsewhere makes the download URL in the answer lead to
// Server.ElsewhereURL. The file is there as well.
func FilesElsewhere() FaultPart {
	return change(func(h *hit, a *answer) {
		a.body = bytes.ReplaceAll(a.body, []byte(h.server.FileURL), []byte(h.server.ElsewhereURL))
	})
}

// NoRanges makes the file host ignore that only a part was asked for.
func NoRanges() FaultPart {
	return func(f *Fault) {
		f.prepare = append(f.prepare, func(h *hit) { h.request.Header.Del("Range") })
		Header("Accept-Ranges", "")(f)
	}
}

// ExpireTokens calls Server.ExpireTokens before the request is looked at.
func ExpireTokens() FaultPart { return prepare(func(h *hit) { h.server.ExpireTokens() }) }

// ChangeFiles calls Server.ChangeFiles before the request is looked at.
func ChangeFiles() FaultPart { return prepare(func(h *hit) { h.server.ChangeFiles() }) }

// Delay waits before the request is looked at.
func Delay(d time.Duration) FaultPart {
	return prepare(func(h *hit) { h.server.wait(h.request, d) })
}

func prepare(do func(*hit)) FaultPart {
	return func(f *Fault) { f.prepare = append(f.prepare, do) }
}

func change(do func(*hit, *answer)) FaultPart {
	return func(f *Fault) { f.change = append(f.change, do) }
}

type progressKey struct{}

// withProgress makes the status of a job show this progress.
func withProgress(r *http.Request, progress float64) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), progressKey{}, progress))
}

// scriptedProgress is what a fault wants to be shown, if ok.
func scriptedProgress(r *http.Request) (progress json.Number, done, ok bool) {
	value, ok := r.Context().Value(progressKey{}).(float64)
	return json.Number(strconv.FormatFloat(value, 'f', -1, 64)), value >= 100, ok
}
