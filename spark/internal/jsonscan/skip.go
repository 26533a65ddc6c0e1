package jsonscan

// Skipper finds the end of a value that isn't valid JSON, piece by piece. It accepts any
// word in place of a number or a literal, any escape, and any depth up to maxSkipDepth.
// It gives up if quotes or brackets don't match: what follows could then be mistaken for
// a part of the value. The zero value is ready to use.
type Skipper struct {
	brackets []byte // open brackets
	in       token
	escaped  bool // the next byte of the string belongs to an escape
}

// token is what the previous byte belongs to, or what it ended.
type token byte

const (
	separator token = iota // a value may follow
	ended                  // a value has ended
	inWord
	inString
)

const maxSkipDepth = 1 << 20

// Skip returns how many bytes of the next piece belong to the value, and whether the
// value ends there. It isn't ok if the end can't be found safely.
func (s *Skipper) Skip(text []byte) (n int, done, ok bool) {
	for n, c := range text {
		if !s.next(c) {
			return n, false, false
		}
		if s.in == ended && len(s.brackets) == 0 {
			return n + 1, true, true
		}
	}
	return len(text), false, true
}

func (s *Skipper) next(c byte) bool {
	if s.in == inString {
		return s.string(c)
	}
	switch c {
	case '"':
		return s.begin(inString)
	case '{', '[':
		s.brackets = append(s.brackets, c)
		return s.begin(separator) && len(s.brackets) <= maxSkipDepth
	case '}', ']':
		return s.close(c)
	case ',', ':':
		s.in = separator
		return true
	case ' ', '\t', '\n', '\r':
		if s.in == inWord {
			s.in = ended
		}
		return true
	}
	if s.in == inWord {
		return isWordByte(c)
	}
	return isWordByte(c) && s.begin(inWord)
}

// begin begins a value. It can't directly follow another value.
func (s *Skipper) begin(in token) bool {
	ok := s.in == separator
	s.in = in
	return ok
}

// string reads a byte of a string. A line break in it probably means that the closing
// quote is missing.
func (s *Skipper) string(c byte) bool {
	switch {
	case c == '\n' || c == '\r':
		return false
	case s.escaped:
		s.escaped = false
	case c == '\\':
		s.escaped = true
	case c == '"':
		s.in = ended
	}
	return true
}

func (s *Skipper) close(c byte) bool {
	last := len(s.brackets) - 1
	if last < 0 || s.brackets[last] != c-2 { // in ASCII, brackets are two apart
		return false
	}
	s.brackets, s.in = s.brackets[:last], ended
	return true
}

func isWordByte(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '+' || c == '-' || c == '.'
}
