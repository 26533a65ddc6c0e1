package spark

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
)

var (
	// A file's address grants access to it, so only scheme and host are shown.
	urlPattern = regexp.MustCompile(`(?i)(https?://[^/\s"'<>\\?#]+)[/?#][^\s"'<>]*`)
	// A JWT, also one cut off in the middle.
	jwtPattern = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*)*`)
)

// printable makes text from elsewhere fit for an error or a log: one line,
// clipped, without addresses and tokens that it may repeat.
func printable(text string) string {
	const most = 300
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
	text = strings.ReplaceAll(text, `\/`, "/")
	text = urlPattern.ReplaceAllStringFunc(text, func(found string) string {
		return urlPattern.FindStringSubmatch(found)[1] + "/…"
	})
	text = jwtPattern.ReplaceAllString(text, "[redacted]")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// scrub takes the path and query out of the URL in a network error.
func scrub(err error) error {
	var withURL *url.Error
	if !errors.As(err, &withURL) {
		return err
	}
	address, parseErr := url.Parse(withURL.URL)
	if parseErr != nil {
		return scrub(withURL.Err)
	}
	inner := scrub(withURL.Err)
	if _, again := inner.(*url.Error); again {
		return inner // of a client within a client: it says the same
	}
	return &url.Error{Op: withURL.Op, URL: address.Scheme + "://" + address.Host, Err: inner}
}
