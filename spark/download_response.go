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

// errNotFile means that a response isn't the file, although its status says so.
var errNotFile = errors.New("the response isn't the file")

// errRange means that a range doesn't belong to the part.
const errRange = permanentError("the platform's partial responses don't fit the file")

// accept checks the header of a response, and prepares the part for its body.
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
	return d.refused(response, kind, nil)
}

// acceptFile empties the part for the complete file: the server ignored the range, or the
// file has changed. A gateway's page doesn't replace what has been downloaded.
func (d *download) acceptFile(response *http.Response) error {
	if d.part.resumable() {
		body := bufio.NewReader(response.Body)
		head, _ := body.Peek(512)
		if strings.HasPrefix(http.DetectContentType(head), "text/") {
			return d.refused(response, ErrUnexpectedResponse, fmt.Errorf("%w: %s", errNotFile, sniff.Format(bytes.NewReader(head))))
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

// withoutRanges makes the next attempt request the complete file.
func (d *download) withoutRanges(response *http.Response) error {
	d.noRanges = true
	return d.refused(response, ErrUnexpectedResponse, errRange)
}

// refused returns the error of a response. It doesn't show the body, because file hosts
// repeat the URL in it.
func (d *download) refused(response *http.Response, kind, cause error) error {
	return d.last.failure(response.StatusCode, response.Header, kind, cause, nil)
}

// refusesURL reports whether the status is one that file hosts respond with after a URL has
// expired.
func refusesURL(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return true
	}
	return false
}

// validatorOf returns what identifies the version of the file: a strong ETag, or else the
// time of the last change. It is empty for a compressed response, because ranges count
// compressed bytes.
func validatorOf(response *http.Response) string {
	if response.Uncompressed {
		return ""
	}
	if tag := response.Header.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
		return tag
	}
	return response.Header.Get("Last-Modified")
}

// contentRange reads a header such as "bytes 5-9/10". It returns -1 for what is unknown or
// can't be read.
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

// suggestedName returns the file's name in Content-Disposition, or at the end of its
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

// cleanName removes what could lead elsewhere: directories of Unix and Windows, drives,
// control characters, and dots and spaces at either end.
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
