package jsonscan

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Unquote decodes a valid JSON string, given without its quotes. It returns s itself if
// there is nothing to decode. Invalid UTF-8 and lone surrogates become U+FFFD, as in
// encoding/json.
func Unquote(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		if utf8.ValidString(s) {
			return s
		}
		return string([]rune(s)) // one U+FFFD for each bad byte
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		n := strings.IndexByte(s, '\\')
		if n < 0 {
			writeValid(&b, s)
			return b.String()
		}
		writeValid(&b, s[:n])
		s = s[n+unescape(&b, s[n:]):]
	}
}

// writeValid writes text without escapes.
func writeValid(b *strings.Builder, s string) {
	if !utf8.ValidString(s) {
		s = string([]rune(s))
	}
	b.WriteString(s)
}

// unescape writes the rune that s begins with, which is escaped, and returns the length
// of the escape. A surrogate pair is two escapes.
func unescape(b *strings.Builder, s string) int {
	if s[1] != 'u' {
		b.WriteByte(unescaped[s[1]])
		return 2
	}
	r, length := hexRune(s[2:]), 6
	if utf16.IsSurrogate(r) {
		pair := rune(utf8.RuneError)
		if len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
			pair = utf16.DecodeRune(r, hexRune(s[8:]))
		}
		if r = pair; r != utf8.RuneError {
			length = 12
		}
	}
	b.WriteRune(r)
	return length
}

var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// hexRune returns the rune of the four hexadecimal digits that s begins with.
func hexRune(s string) rune {
	var r rune
	for i := range 4 {
		r = r<<4 | rune(hexDigit(s[i]))
	}
	return r
}

// hexDigit returns the value of a hexadecimal digit, or -1.
func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
