package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// plain makes text from elsewhere fit for people: one line, without anything
// that a terminal would take for a command or that turns the writing around.
func plain(text string) string {
	var b strings.Builder
	for _, r := range strings.TrimSpace(text) {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			writeVisible(&b, r)
		}
	}
	return b.String()
}

// writeVisible writes what isn't visible as JSON escapes it, so that JSON stays
// the same JSON.
func writeVisible(b *strings.Builder, r rune) {
	if strconv.IsGraphic(r) {
		b.WriteRune(r)
		return
	}
	if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
		fmt.Fprintf(b, `\u%04x\u%04x`, high, low)
		return
	}
	fmt.Fprintf(b, `\u%04x`, r)
}

// terminalWriter passes text on to a terminal with all that isn't visible
// escaped, save line ends and tabs.
type terminalWriter struct {
	to    io.Writer
	begun []byte // of a character that isn't complete yet
}

func (w *terminalWriter) Write(data []byte) (int, error) {
	text := append(w.begun, data...)
	var b strings.Builder
	for utf8.FullRune(text) {
		r, size := utf8.DecodeRune(text)
		if r == '\n' || r == '\t' {
			b.WriteRune(r)
		} else {
			writeVisible(&b, r)
		}
		text = text[size:]
	}
	w.begun = append([]byte(nil), text...)
	if _, err := io.WriteString(w.to, b.String()); err != nil {
		return 0, err
	}
	return len(data), nil
}
