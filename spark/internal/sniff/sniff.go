// Package sniff recognizes the format of a file or a text by its first bytes.
package sniff

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// ByteOrderMark is the UTF-8 byte order mark. Some programs write it before a text.
const ByteOrderMark = "\ufeff"

// ErrUTF16 means that a text is in UTF-16.
var ErrUTF16 = errors.New("it is UTF-16; expected UTF-8")

// WithoutMark returns a UTF-8 text without its byte order mark. It returns
// [ErrUTF16] for a text in UTF-16.
func WithoutMark[T ~string | ~[]byte](text T) (T, error) {
	switch {
	case isUTF16(text):
		return *new(T), ErrUTF16
	case len(text) >= len(ByteOrderMark) && string(text[:len(ByteOrderMark)]) == ByteOrderMark:
		return text[len(ByteOrderMark):], nil
	}
	return text, nil
}

// isUTF16 reports whether a text that should begin with ASCII is UTF-16. It recognizes
// a byte order mark, or a zero in one of the first two bytes.
func isUTF16[T ~string | ~[]byte](text T) bool {
	if len(text) < 2 {
		return false
	}
	mark := string(text[:2])
	return mark == "\xff\xfe" || mark == "\xfe\xff" || (text[0] == 0) != (text[1] == 0)
}

// oleMagic begins an OLE compound file: an .xls workbook, or any workbook with a
// password ([MS-CFB], 2.2).
const oleMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// IsOLE reports whether a file looks like an OLE compound file.
func IsOLE(r io.ReaderAt) bool { return string(firstBytes(r, len(oleMagic))) == oleMagic }

// Format describes what a file looks like, for an error about a file that is not a
// complete ZIP archive.
func Format(r io.ReaderAt) string {
	head := firstBytes(r, 512)
	content := bytes.TrimLeft(bytes.TrimPrefix(head, []byte(ByteOrderMark)), " \t\r\n")
	switch {
	case len(content) == 0:
		return "it is empty"
	case bytes.HasPrefix(head, []byte("PK")):
		return "it looks like a ZIP archive but is cut short or damaged"
	case bytes.HasPrefix(head, []byte(oleMagic)):
		return "it looks like an OLE file"
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return "it looks like a PDF"
	case content[0] == '{', content[0] == '[':
		return "it looks like JSON"
	case content[0] == '<':
		return "it looks like HTML"
	case isText(content):
		return "it looks like text"
	}
	return "its format is unknown"
}

func firstBytes(r io.ReaderAt, size int) []byte {
	head := make([]byte, size)
	n, _ := r.ReadAt(head, 0)
	return head[:n]
}

// isText reports whether content is the beginning of a text: UTF-8 without control
// characters. Its last character may be incomplete.
func isText(content []byte) bool {
	for len(content) > 0 {
		r, size := utf8.DecodeRune(content)
		if r == utf8.RuneError && size == 1 && len(content) >= utf8.UTFMax || r < ' ' && r != '\t' && r != '\r' && r != '\n' {
			return false
		}
		content = content[size:]
	}
	return true
}
