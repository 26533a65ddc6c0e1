package spark

import (
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode"
)

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
