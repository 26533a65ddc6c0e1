package spark

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode"

	"github.com/sparkgo/spark-go/spark/internal/sniff"
)

// accept reads the header of a response, and prepares the part for its body.
func (d *download) accept(response *http.Response) error {
	switch response.StatusCode {
	case http.StatusOK:
		return d.acceptFile(response)
	case http.StatusPartialContent:
		d.name = suggestedName(response)
		return d.acceptRange(response)
	case http.StatusRequestedRangeNotSatisfiable:
		return d.withoutRanges(response)
	}
	kind := kindOfStatus(response.StatusCode)
	if kind == nil {
		kind = ErrUnexpectedResponse // a success without a file, such as 204
	}
	// The body isn't shown: file hosts repeat the URL in it.
	return d.last.failure(response.StatusCode, response.Header, kind, nil, nil)
}

// errNotFile means that a response isn't the file, although its status says so.
var errNotFile = errors.New("the response isn't the file")

// acceptFile begins the part anew: the range was ignored, or the file has changed.
// A gateway's page doesn't replace what has been downloaded.
func (d *download) acceptFile(response *http.Response) error {
	if d.part.resumable() {
		body := bufio.NewReader(response.Body)
		head, _ := body.Peek(512)
		if strings.HasPrefix(http.DetectContentType(head), "text/") {
			return d.last.failure(response.StatusCode, response.Header, ErrUnexpectedResponse, fmt.Errorf("%w: %s", errNotFile, sniff.Format(bytes.NewReader(head))), nil)
		}
		response.Body = struct {
			io.Reader
			io.Closer
		}{body, response.Body}
	}
	d.name = suggestedName(response)
	return d.part.begin(validatorOf(response), response.ContentLength)
}

func (d *download) acceptRange(response *http.Response) error {
	state := &d.part.state
	start, total := contentRange(response.Header)
	if start != d.part.size || validatorOf(response) != state.Validator || state.Total >= 0 && total >= 0 && total != state.Total {
		return d.withoutRanges(response)
	}
	state.Total = max(state.Total, total)
	return nil
}

// errRange means that a range doesn't belong to the part.
const errRange = permanentError("the platform's partial responses don't fit the file")

// withoutRanges makes the next attempt request the complete file.
func (d *download) withoutRanges(response *http.Response) error {
	d.noRanges = true
	return d.last.failure(response.StatusCode, response.Header, ErrUnexpectedResponse, errRange, nil)
}

// refusesURL reports whether a file host responds with the status when a URL has
// expired.
func refusesURL(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return true
	}
	return false
}

// validatorOf returns what identifies the version of the file: a strong ETag, or
// else the time of the last change. It is empty where ranges can't be used: their
// bounds count the bytes of the compressed response.
func validatorOf(response *http.Response) string {
	if response.Uncompressed {
		return ""
	}
	if tag := response.Header.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
		return tag
	}
	return response.Header.Get("Last-Modified")
}

// contentRange reads "bytes 5-9/10". It returns -1 for what is unknown or can't be
// read.
func contentRange(header http.Header) (start, total int64) {
	value, _ := strings.CutPrefix(header.Get("Content-Range"), "bytes ")
	span, size, _ := strings.Cut(value, "/")
	first, _, _ := strings.Cut(span, "-")
	return byteCount(first), byteCount(size)
}

// byteCount reads a number without a sign, or returns -1.
func byteCount(text string) int64 {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 63)
	if err != nil {
		return -1
	}
	return int64(n)
}

// suggestedName is the file's name in Content-Disposition, or at the end of its
// URL, without any directory.
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

// cleanName removes what could lead elsewhere: directories of either kind of
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
