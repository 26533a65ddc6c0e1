// Package jsonscan checks JSON and finds its members in one pass, without decoding
// anything.
//
// It accepts exactly what encoding/json accepts: the grammar of RFC 8259 with at most
// MaxDepth nested values. Strings that aren't Unicode are accepted and reported.
package jsonscan

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"unicode/utf8"
)

// MaxDepth is how deep arrays and objects may be nested.
const MaxDepth = 10_000

// ErrIncomplete reports that the text ends before the value does.
var ErrIncomplete = errors.New("the JSON ends in the middle of a value")

// SyntaxError reports where a text isn't valid JSON.
type SyntaxError struct {
	Offset int    // of the first invalid byte
	Reason string // what is wrong there
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("invalid JSON: %s", e.Reason) }

// Text is a type that can be scanned.
type Text interface{ ~string | ~[]byte }

// Span is a part of the text, from Start to just before End.
type Span struct{ Start, End int32 }

// In returns the part of text that s marks.
func (s Span) In(text string) string { return text[s.Start:s.End] }

// Entry is a member of an object, or an element of an array.
type Entry struct {
	Key   Span   // the name without its quotes, not decoded; empty for an element
	Value Span   // the value with its quotes or brackets
	Depth uint16 // 1 in the outermost value
	Coded bool   // the name contains escapes or invalid UTF-8
}

// Name returns the decoded name of the member.
func (e Entry) Name(text string) string {
	if e.Coded {
		return Unquote(e.Key.In(text))
	}
	return e.Key.In(text)
}

// Scanner scans one text after another and reuses its memory. The zero value is ready
// to use.
type Scanner[T Text] struct {
	// Entries are the members down to the requested depth, in the order of the text. A
	// member comes before what is nested in it.
	Entries []Entry
	// AllArrays makes Entries have the elements of all arrays, and not only of the outermost.
	AllArrays bool
	// Invalid is the first part of a string that isn't Unicode: a byte that isn't UTF-8, or
	// the escape of a surrogate without its pair. It is zero if there is none.
	Invalid Span

	text     T
	maxEntry int  // depth down to which there are entries
	coded    bool // the last string contains escapes or invalid UTF-8
	err      error
}

// Scan checks the value that starts at text[start], after any white space, and returns
// where it ends. Entries then has the members down to the given depth, with spans that
// count from the beginning of the text. It has the elements of the outermost array only,
// because other arrays may be long, unless AllArrays is set.
//
// The error is ErrIncomplete or a *SyntaxError. A number ends where the text ends, even
// if more digits would follow in a text that is read piece by piece.
func (s *Scanner[T]) Scan(text T, start, depth int) (end int, err error) {
	if len(text) > math.MaxInt32 {
		return 0, errors.New("JSON text over 2 GiB")
	}
	*s = Scanner[T]{Entries: s.Entries[:0], AllArrays: s.AllArrays, text: text, maxEntry: min(depth, MaxDepth)}
	end = s.value(s.space(start), 1)
	err = s.err
	s.text, s.err = *new(T), nil // the scanner may live longer than the text
	return end, err
}

// Space returns the offset of the first byte from start on that isn't white space.
func Space[T Text](text T, start int) int {
	i := start
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t') {
		i++
	}
	return i
}

func (s *Scanner[T]) space(i int) int {
	// Compact JSON has none, so this is small enough to be inlined.
	if i < len(s.text) && s.text[i] > ' ' {
		return i
	}
	return Space(s.text, i)
}

// The methods below take the offset of a value and return the offset of its end,
// or -1 with s.err set.

func (s *Scanner[T]) value(i, depth int) int {
	if i >= len(s.text) {
		return s.incomplete()
	}
	switch c := s.text[i]; c {
	case '"':
		return s.string(i)
	case '{':
		return s.object(i, depth)
	case '[':
		return s.array(i, depth)
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return s.number(i)
	case 't':
		return s.literal(i, "true")
	case 'f':
		return s.literal(i, "false")
	case 'n':
		return s.literal(i, "null")
	default:
		return s.unexpected(i, "a value")
	}
}

func (s *Scanner[T]) object(i, depth int) int {
	if depth > MaxDepth {
		return s.tooDeep(i)
	}
	i = s.space(i + 1)
	if i < len(s.text) && s.text[i] == '}' {
		return i + 1
	}
	for {
		if i >= len(s.text) {
			return s.incomplete()
		}
		if s.text[i] != '"' {
			return s.unexpected(i, "the name of a member")
		}
		key := Span{Start: int32(i + 1)}
		if i = s.string(i); i < 0 {
			return i
		}
		key.End = int32(i - 1)
		coded := s.coded
		if i = s.space(i); i >= len(s.text) {
			return s.incomplete()
		}
		if s.text[i] != ':' {
			return s.unexpected(i, "a colon")
		}
		i = s.space(i + 1)
		entry := -1
		if depth <= s.maxEntry {
			entry = len(s.Entries)
			s.Entries = append(s.Entries, Entry{Key: key, Value: Span{Start: int32(i)}, Depth: uint16(depth), Coded: coded})
		}
		if i = s.value(i, depth+1); i < 0 {
			return i
		}
		if entry >= 0 {
			s.Entries[entry].Value.End = int32(i)
		}
		if i = s.space(i); i >= len(s.text) {
			return s.incomplete()
		}
		switch s.text[i] {
		case ',':
			i = s.space(i + 1)
		case '}':
			return i + 1
		default:
			return s.unexpected(i, "a comma or the end of the object")
		}
	}
}

func (s *Scanner[T]) array(i, depth int) int {
	if depth > MaxDepth {
		return s.tooDeep(i)
	}
	i = s.space(i + 1)
	if i < len(s.text) && s.text[i] == ']' {
		return i + 1
	}
	for {
		entry := -1
		if depth <= s.maxEntry && (depth == 1 || s.AllArrays) {
			entry = len(s.Entries)
			s.Entries = append(s.Entries, Entry{Value: Span{Start: int32(i)}, Depth: uint16(depth)})
		}
		if i = s.value(i, depth+1); i < 0 {
			return i
		}
		if entry >= 0 {
			s.Entries[entry].Value.End = int32(i)
		}
		if i = s.space(i); i >= len(s.text) {
			return s.incomplete()
		}
		switch s.text[i] {
		case ',':
			i = s.space(i + 1)
		case ']':
			return i + 1
		default:
			return s.unexpected(i, "a comma or the end of the array")
		}
	}
}

// plain marks the bytes without a special meaning in a string.
var plain = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// skipPlain returns the offset of the first byte from i on that isn't plain.
func skipPlain[T Text](text T, i int) int {
	for ; i+8 <= len(text); i += 8 {
		if special := specials(eight(text, i)); special != 0 {
			return i + bits.TrailingZeros64(special)/8
		}
	}
	for i < len(text) && plain[text[i]] {
		i++
	}
	return i
}

// eight returns the eight bytes from i on, the first one as the lowest.
func eight[T Text](text T, i int) uint64 {
	return uint64(text[i]) | uint64(text[i+1])<<8 | uint64(text[i+2])<<16 | uint64(text[i+3])<<24 |
		uint64(text[i+4])<<32 | uint64(text[i+5])<<40 | uint64(text[i+6])<<48 | uint64(text[i+7])<<56
}

// specials returns a mask with the highest bit of the first byte that isn't plain, and
// perhaps of later bytes. Subtracting sets the bit of a byte that is too small, and
// borrows from the next byte. Exclusive or makes an equal byte zero first.
func specials(x uint64) uint64 {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	return (x | (x - ' '*ones) | ((x ^ '"'*ones) - ones) | ((x ^ '\\'*ones) - ones)) & high
}

func (s *Scanner[T]) string(i int) int {
	s.coded = false
	text := s.text
	i++
	for {
		i = skipPlain(text, i)
		if i >= len(text) {
			return s.incomplete()
		}
		switch c := text[i]; {
		case c == '"':
			return i + 1
		case c == '\\':
			s.coded = true
			if i = s.escape(i); i < 0 {
				return i
			}
		case c < ' ':
			return s.syntax(i, fmt.Sprintf("control character %#02x in a string", c))
		default:
			i += s.rune(i)
		}
	}
}

func (s *Scanner[T]) escape(i int) int {
	if i+1 >= len(s.text) {
		return s.incomplete()
	}
	switch s.text[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		return s.unicode(i)
	default:
		return s.unexpected(i+1, "an escape")
	}
}

// unicode scans an escape such as \u00e9, or two of them that are a surrogate pair.
func (s *Scanner[T]) unicode(start int) int {
	i := s.hex(start + 2)
	if i < 0 || !hexBetween(s.text, i-4, '8', 'f') {
		return i
	}
	if hexBetween(s.text, i-4, '8', 'b') && i+4 <= len(s.text) && s.text[i] == '\\' && s.text[i+1] == 'u' && hexBetween(s.text, i+2, 'c', 'f') {
		return s.hex(i + 2)
	}
	s.invalid(start, i)
	return i
}

// hex scans four hexadecimal digits.
func (s *Scanner[T]) hex(i int) int {
	for end := i + 4; i < end; i++ {
		if i >= len(s.text) {
			return s.incomplete()
		}
		if hexDigit(s.text[i]) < 0 {
			return s.unexpected(i, "a hexadecimal digit")
		}
	}
	return i
}

// hexBetween reports whether text has the hexadecimal digit d at i, and then one between
// two others. Surrogates are from d800 to dfff; the second of a pair begins at dc00.
func hexBetween[T Text](text T, i int, low, high byte) bool {
	const lowerCase = 0x20
	digit := text[i+1] | lowerCase
	return text[i]|lowerCase == 'd' && low <= digit && digit <= high
}

func (s *Scanner[T]) invalid(start, end int) {
	s.coded = true
	if s.Invalid.End == 0 {
		s.Invalid = Span{int32(start), int32(end)}
	}
}

// rune returns the length of the rune at i, 1 if it isn't valid UTF-8.
func (s *Scanner[T]) rune(i int) int {
	var b [utf8.UTFMax]byte
	r, size := utf8.DecodeRune(b[:copy(b[:], s.text[i:])])
	if r == utf8.RuneError && size <= 1 {
		s.invalid(i, i+1)
	}
	return size
}

func (s *Scanner[T]) number(i int) int {
	text := s.text
	if text[i] == '-' {
		i++
	}
	switch {
	case i >= len(text):
		return s.incomplete()
	case text[i] == '0':
		i++
	case isDigit(text[i]):
		i = skipDigits(text, i)
	default:
		return s.unexpected(i, "a digit")
	}
	if i < len(text) && text[i] == '.' {
		if i = s.fraction(i + 1); i < 0 {
			return i
		}
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		i++
		if i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		return s.fraction(i)
	}
	return i
}

// fraction scans the digits after a decimal point or an exponent: at least one.
func (s *Scanner[T]) fraction(i int) int {
	if i >= len(s.text) {
		return s.incomplete()
	}
	if !isDigit(s.text[i]) {
		return s.unexpected(i, "a digit")
	}
	return skipDigits(s.text, i)
}

func skipDigits[T Text](text T, i int) int {
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	return i
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (s *Scanner[T]) literal(i int, word string) int {
	for n := range len(word) {
		if i+n >= len(s.text) {
			return s.incomplete()
		}
		if s.text[i+n] != word[n] {
			return s.unexpected(i+n, "the word "+word)
		}
	}
	return i + len(word)
}

func (s *Scanner[T]) incomplete() int {
	s.err = ErrIncomplete
	return -1
}

func (s *Scanner[T]) unexpected(i int, want string) int {
	return s.syntax(i, fmt.Sprintf("found %q, expected %s", rune(s.text[i]), want))
}

func (s *Scanner[T]) tooDeep(i int) int {
	return s.syntax(i, fmt.Sprintf("nested more than %d deep", MaxDepth))
}

func (s *Scanner[T]) syntax(i int, reason string) int {
	s.err = &SyntaxError{Offset: i, Reason: reason}
	return -1
}
