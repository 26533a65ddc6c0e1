package spark

import "errors"

// byteOrderMark may stand before any text that comes from outside.
const byteOrderMark = "\ufeff"

var errUTF16 = errors.New("it is UTF-16; expected UTF-8")

// withoutMark returns a text in UTF-8 without its byte order mark. It returns
// errUTF16 for a text in UTF-16.
func withoutMark[T ~string | ~[]byte](text T) (T, error) {
	switch {
	case isUTF16(text):
		return *new(T), errUTF16
	case len(text) >= len(byteOrderMark) && string(text[:len(byteOrderMark)]) == byteOrderMark:
		return text[len(byteOrderMark):], nil
	}
	return text, nil
}

// isUTF16 reports whether a text that would begin with ASCII is UTF-16: by its
// byte order mark, or by the zero in one of its first two bytes.
func isUTF16[T ~string | ~[]byte](text T) bool {
	if len(text) < 2 {
		return false
	}
	mark := string(text[:2])
	return mark == "\xff\xfe" || mark == "\xfe\xff" || (text[0] == 0) != (text[1] == 0)
}
