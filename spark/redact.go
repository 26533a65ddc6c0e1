package spark

import (
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"strings"
)

var (
	// A file's URL grants access to it, so only scheme and host are shown.
	urlPattern = regexp.MustCompile(`(?i)(https?://[^/\s"'<>\\?#]+)[/?#][^\s"'<>]*`)
	// The path of such a URL, as servers and libraries repeat it.
	tokenPathPattern = regexp.MustCompile(`(?i)[^\s"'<>]*/(?:tokens|docstore)/[^\s"'<>]*`)
	// JSON may escape slashes, and JSON in a string escapes them again.
	escapedSlash = regexp.MustCompile(`\\+/`)
	// A JWT, or the beginning of one. Directly behind a letter only a longer beginning
	// counts, because words such as KeyJobIdentifier contain eyJ too.
	jwtPattern = regexp.MustCompile(`(^|[^A-Za-z])eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*|eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_.-]*`)
)

// redact removes URLs and tokens from the text of a server or a library.
func redact(text string) string {
	text = escapedSlash.ReplaceAllString(text, "/")
	text = urlPattern.ReplaceAllString(text, "$1/…")
	text = tokenPathPattern.ReplaceAllString(text, "/…")
	return jwtPattern.ReplaceAllString(text, "${1}"+redactedText)
}

// conceal replaces a credential in the text of a server, in each way to write it. A short
// one may be a part of any word, so it is replaced only if it stands alone.
func conceal(text, credential string) string {
	const short = 8
	inJSON, _ := json.Marshal(credential) // never fails
	for _, spelling := range []string{credential, string(inJSON[1 : len(inJSON)-1]), url.QueryEscape(credential)} {
		if len(credential) < short {
			text = concealToken(text, spelling)
		} else {
			text = strings.ReplaceAll(text, spelling, redactedText)
		}
	}
	return text
}

// concealToken replaces a credential unless it is a part of a longer word, such as user's
// or error.id. An escape sequence of JSON or of a URL separates words.
func concealToken(text, credential string) string {
	if !strings.Contains(text, credential) {
		return text
	}
	tokens, err := regexp.Compile(`[\pL\pN_]+(?:['’.-][\pL\pN_]+)*|\\(?:u[0-9a-fA-F]{4}|.)|%[0-9a-fA-F]{2}|` + regexp.QuoteMeta(credential) + `[\pL\pN_]*`)
	if err != nil { // the credential is not UTF-8
		return strings.ReplaceAll(text, credential, redactedText)
	}
	tokens.Longest()
	return tokens.ReplaceAllStringFunc(text, func(token string) string {
		if token == credential {
			return redactedText
		}
		return token
	})
}

// printable makes the text of others fit for an error or a log: one line,
// clipped, and without what must not be shown.
func printable(text string) string {
	const limit = 300
	text = redact(oneLine(text))
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}

// oneLine folds white space and takes out what isn't text.
func oneLine(text string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
}

// scrub returns an error of the network without secrets. A URL in it is cut to the host,
// and a text that contains a URL or a token is redacted. The error still matches the same
// targets by errors.Is.
func scrub(err error) error {
	var withURL *url.Error
	if errors.As(err, &withURL) {
		return scrubURL(withURL)
	}
	if err == nil || redact(err.Error()) == err.Error() {
		return err
	}
	return &redacted{text: redact(err.Error()), is: func(target error) bool { return errors.Is(err, target) }}
}

func scrubURL(withURL *url.Error) error {
	inner := scrub(withURL.Err)
	if _, again := inner.(*url.Error); again {
		return inner // of a client within a client: it says the same
	}
	shown := ""
	if target, err := url.Parse(withURL.URL); err == nil {
		shown = target.Scheme + "://" + target.Host
	}
	return &url.Error{Op: withURL.Op, URL: shown, Err: inner}
}

// redacted is an error whose own text can't be shown. errors.Is works as before, but
// errors.As doesn't find the original.
type redacted struct {
	text string
	is   func(error) bool
}

func (r *redacted) Error() string        { return r.text }
func (r *redacted) Is(target error) bool { return r.is(target) }

// secret contains a credential, or the URL of a file. The value is behind a function, so
// that nothing that prints or encodes a value with a secret in it shows it.
type secret struct{ reveal func() string }

const redactedText = "[redacted]"

func newSecret(value string) secret {
	return secret{reveal: func() string { return value }}
}

func (s secret) empty() bool { return s.reveal == nil || s.reveal() == "" }
