package main

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// printable makes text from elsewhere fit for a terminal: one line, without control
// characters and without anything that changes the direction of writing.
func printable(text string) string {
	var b strings.Builder
	for _, r := range strings.TrimSpace(text) {
		if unicode.IsSpace(r) {
			r = ' '
		}
		writeVisible(&b, r)
	}
	return b.String()
}

func printables(texts []string) []string {
	visible := make([]string, len(texts))
	for i, text := range texts {
		visible[i] = printable(text)
	}
	return visible
}

// writeVisible escapes invisible characters as JSON does, so that JSON keeps its
// meaning.
func writeVisible(b *strings.Builder, r rune) {
	if strconv.IsGraphic(r) {
		b.WriteRune(r)
		return
	}
	for _, unit := range utf16.AppendRune(nil, r) {
		fmt.Fprintf(b, `\u%04x`, unit)
	}
}

// terminalWriter passes text on to a terminal. It escapes everything invisible except
// line ends and tabs.
type terminalWriter struct {
	to      io.Writer
	partial []byte // a character that isn't complete yet
}

func (w *terminalWriter) Write(data []byte) (int, error) {
	text := append(w.partial, data...)
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
	w.partial = bytes.Clone(text)
	if _, err := io.WriteString(w.to, b.String()); err != nil {
		return 0, err
	}
	return len(data), nil
}

// byteSize writes a number of bytes for people, such as 1.5 MB.
func byteSize(bytes int64) string {
	units := []string{"KB", "MB", "GB", "TB"}
	if bytes < 1000 {
		return counted(int(bytes), "byte")
	}
	value, unit := float64(bytes)/1000, 0
	for ; value >= 999.95 && unit < len(units)-1; unit++ {
		value /= 1000
	}
	return fmt.Sprintf("%.1f %s", value, units[unit])
}

// counted writes a number of things, such as 7,920 calls.
func counted(n int, thing string) string {
	number := strconv.Itoa(n)
	for i := len(number) - 3; i > 0; i -= 3 {
		number = number[:i] + "," + number[i:]
	}
	if n == 1 {
		return number + " " + thing
	}
	return number + " " + thing + "s"
}
