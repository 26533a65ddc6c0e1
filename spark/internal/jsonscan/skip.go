package jsonscan

// Skipper finds the end of a value that is not valid JSON, piece by piece. It
// takes any word where a number or a literal should stand, any escape, and any
// depth up to maxSkipDepth. It gives up where quotes or brackets don't match, since
// what follows could then be taken for a part of the value. Its zero value is ready.
type Skipper struct {
	brackets []byte // those that are open
	in       token
	escaped  bool // the next byte of the string belongs to an escape
}

// token is what the byte before belongs to, or what it was the end of.
type token byte

const (
	separator token = iota // a value may follow
	ended                  // a value has ended
	word
	inString
)

const maxSkipDepth = 1 << 20

// Skip reads on and returns how many bytes of text belong to the value, and whether
// it ends there. It is not ok where the end can't be found safely.
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
		if s.in == word {
			s.in = ended
		}
		return true
	}
	if s.in == word {
		return inWord(c)
	}
	return inWord(c) && s.begin(word)
}

// begin begins a value, which can't follow another.
func (s *Skipper) begin(in token) bool {
	ok := s.in == separator
	s.in = in
	return ok
}

// string reads a byte of a string. A line break in one is rather the sign of a
// closing quote that is missing.
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

func inWord(c byte) bool {
	return digit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '+' || c == '-' || c == '.'
}
