package spark

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// Headers come from other programs.

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{
		"0", "7", " 120 ", "00009", "99999999999999999999", "9223372036", "9223372037", "-5", "+3", "1.5", "1e3", "soon", "",
		"Sat, 01 Jan 2000 00:00:09 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Saturday, 01-Jan-00 00:00:09 GMT", "Sat Jan  1 00:00:09 2000", "٣",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		before := time.Now()
		wait, ok := retryAfter(http.Header{"Retry-After": {value}})
		require.GreaterOrEqual(t, wait, time.Duration(0))
		value = strings.TrimSpace(value)
		date, err := http.ParseTime(value)
		seconds, notNumber := strconv.ParseUint(value, 10, 64)
		switch {
		case value == "":
			require.False(t, ok)
		case strings.Trim(value, "0123456789") == "":
			require.True(t, ok)
			if notNumber == nil && seconds <= uint64(math.MaxInt64/time.Second) {
				require.Equal(t, time.Duration(seconds)*time.Second, wait)
			} else {
				require.Equal(t, time.Duration(math.MaxInt64), wait)
			}
		case err == nil:
			require.True(t, ok)
			require.LessOrEqual(t, wait, max(0, date.Sub(before)))
			require.GreaterOrEqual(t, wait, max(0, time.Until(date)))
		default:
			require.False(t, ok)
			require.Zero(t, wait)
		}
	})
}

func FuzzContentRange(f *testing.F) {
	for _, seed := range []string{
		"bytes 0-9/10", "bytes 5-9/10", "bytes 5-9/*", "bytes */10", "bytes=5-9/10", "bytes 5-9", "bytes -5-9/10", "bytes 5-9/-3", "bytes +5-9/+10",
		"bytes 9-5/3", "bytes 99999999999999999999-1/99999999999999999999", "items 0-1/2", "bytes 0 - 1 / 2", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		start, total := contentRange(http.Header{"Content-Range": {value}})
		require.GreaterOrEqual(t, start, int64(-1))
		require.GreaterOrEqual(t, total, int64(-1))
		for _, number := range []int64{start, total} {
			if number >= 0 {
				require.Contains(t, value, strconv.FormatInt(number, 10))
			}
		}
		if start >= 0 {
			well := "bytes " + strconv.FormatInt(start, 10) + "-" + strconv.FormatInt(start, 10) + "/*"
			again, none := contentRange(http.Header{"Content-Range": {well}})
			require.Equal(t, start, again)
			require.EqualValues(t, -1, none)
		}
	})
}

func FuzzSuggestedName(f *testing.F) {
	for _, seed := range []struct{ header, target string }{
		{`attachment; filename="report.xlsx"`, "https://files.example.com/tokens/abc/file.zip"},
		{`attachment; filename="../../etc/passwd"`, "https://files.example.com/a/..%2f..%2fetc%2fpasswd"},
		{`attachment; filename="C:\\Windows\\evil.xlsx"`, "https://files.example.com/C:%5CWindows"},
		{`attachment; filename*=UTF-8''pr%C3%A4mie%2Fx%0A.xlsx`, "https://files.example.com/%00"},
		{`attachment; filename*=utf-8''%ff%fe`, "https://files.example.com/%ff"},
		{`attachment; filename=". ..x"`, "https://files.example.com/..."},
		{`inline; filename=" .profile "`, "https://files.example.com"},
		{`attachment; filename="a"; filename*=UTF-8''b`, "https://files.example.com//"},
		{";;;", "file.zip"},
		{"", ""},
	} {
		f.Add(seed.header, seed.target)
	}
	f.Fuzz(func(t *testing.T, header, target string) {
		parsed, err := url.Parse(target)
		if err != nil {
			t.Skip("no request has such a URL")
		}
		name := suggestedName(&http.Response{
			Header:  http.Header{"Content-Disposition": {header}},
			Request: &http.Request{URL: parsed},
		})
		require.True(t, utf8.ValidString(name))
		require.False(t, strings.ContainsAny(name, "/\\:<>\"|?*\x00\r\n\t\x7f"), "%q", name)
		require.False(t, strings.HasPrefix(name, "."), "%q", name)
		require.Equal(t, strings.TrimSpace(name), name)
	})
}
