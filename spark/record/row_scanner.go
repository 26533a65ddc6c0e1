package record

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// rowScanner splits CSV records into fields. Fields are separated by one character,
// and records end in LF, CR LF or CR. Fields that contain any of these are in double
// quotes. The scanner reads malformed fields as well as it can and reports them.
type rowScanner struct {
	separator byte
	text      []byte       // the fields of the record, unquoted, with a byte between them
	ends      []int        // where each field ends in text
	breaks    int          // line breaks within fields
	faults    []rowProblem // malformed fields
}

// rowProblem says why a field is malformed.
type rowProblem struct {
	field  int // index
	reason string
}

// incompleteRecord is the size of a record that doesn't end in the data.
const incompleteRecord = -1

// scan splits the record at the beginning of data and returns its size with the line
// end. atEnd says that nothing follows data. If a closing quote is missing and
// waitForQuote is set, the record is incomplete; otherwise the field ends like one
// without quotes.
func (s *rowScanner) scan(data []byte, atEnd, waitForQuote bool) (size int) {
	s.text, s.ends, s.breaks, s.faults = s.text[:0], s.ends[:0], 0, s.faults[:0]
	copied := 0 // data[copied:] is not copied to text yet
	stops := rowStops{separator: s.separator}
	for i := 0; ; i++ {
		quoted := false
		if i < len(data) && data[i] == '"' {
			s.text = append(s.text, data[copied:i]...)
			if copied, quoted = s.quoted(data, i); !quoted && waitForQuote {
				return incompleteRecord
			}
			i = copied
			stops.seek(i)
		}
		if !quoted {
			i = stops.next(data)
		}
		s.ends = append(s.ends, len(s.text)+i-copied)
		if i == len(data) || data[i] != s.separator {
			s.text = append(s.text, data[copied:i]...)
			return afterLine(data, i, atEnd)
		}
		if quoted {
			stops.seek(i + 1)
		}
	}
}

// rowStops finds the separators and line ends that end fields without quotes. It looks
// at eight bytes at a time.
type rowStops struct {
	separator byte
	found     uint64 // stops in the eight bytes before at that next hasn't returned
	at        int    // where to continue
}

// seek makes next continue at i.
func (s *rowStops) seek(i int) { s.found, s.at = 0, i }

// next returns the offset of the next stop, or the length of the data.
func (s *rowStops) next(data []byte) int {
	separators := uint64(s.separator) * eachByte
	for s.found == 0 && s.at+8 <= len(data) {
		x := binary.LittleEndian.Uint64(data[s.at:])
		s.found = equalBytes(x, separators) | equalBytes(x, '\n'*eachByte) | equalBytes(x, '\r'*eachByte)
		s.at += 8
	}
	if s.found != 0 {
		i := s.at - 8 + bits.TrailingZeros64(s.found)/8
		s.found &= s.found - 1
		return i
	}
	for i := s.at; i < len(data); i++ {
		if c := data[i]; c == s.separator || c == '\n' || c == '\r' {
			s.at = i + 1
			return i
		}
	}
	return len(data)
}

const eachByte = 0x0101010101010101

// equalBytes sets the highest bit of each byte that is the same in both.
func equalBytes(a, b uint64) uint64 {
	const low = 0x7f * eachByte
	x := a ^ b
	return ^((x&low + low) | x | low)
}

// blank reports whether the record that was scanned last is an empty line. A record
// with several fields is a row even if all of them are empty.
func (s *rowScanner) blank() bool { return len(s.text) == 0 && len(s.ends) == 1 }

// afterLine returns where the next line begins after a line whose end is at i.
func afterLine(data []byte, i int, atEnd bool) int {
	after := data[i:]
	switch {
	case len(after) == 0 && atEnd:
		return i
	case len(after) > 0 && after[0] == '\n':
		return i + 1
	case len(after) > 1 && after[1] == '\n': // CR LF
		return i + 2
	case len(after) > 1, len(after) == 1 && atEnd:
		return i + 1
	}
	return incompleteRecord
}

// quoted reads the field whose opening quote is at i and returns where it ends, after
// the closing quote. If that quote is missing, it reads nothing and returns false.
func (s *rowScanner) quoted(data []byte, i int) (end int, ok bool) {
	before := *s
	open := i
	for i++; ; {
		n := bytes.IndexByte(data[i:], '"')
		if n < 0 {
			s.text, s.breaks, s.faults = before.text, before.breaks, before.faults
			s.fault("a quoted field that is never closed")
			return open, false
		}
		s.text = append(s.text, data[i:i+n]...)
		s.breaks += lineBreaks(data[i : i+n])
		i += n + 1
		switch {
		case i == len(data) || data[i] == s.separator || data[i] == '\n' || data[i] == '\r':
			return i, true
		case data[i] == '"':
			i++
		default:
			s.fault("a quote within a quoted field that is not doubled")
		}
		s.text = append(s.text, '"')
	}
}

// fault reports the field that is being read as malformed.
func (s *rowScanner) fault(reason string) {
	s.faults = append(s.faults, rowProblem{field: len(s.ends), reason: reason})
}

// lineBreaks returns the number of line breaks in text.
func lineBreaks[T []byte | string](text T) int {
	n := 0
	for i := range len(text) {
		if text[i] == '\n' || text[i] == '\r' && (i+1 == len(text) || text[i+1] != '\n') {
			n++
		}
	}
	return n
}

// cells copies the fields of the record that was scanned last.
func (s *rowScanner) cells() []string {
	text := string(s.text)
	cells := make([]string, len(s.ends))
	start := 0
	for i, end := range s.ends {
		cells[i] = text[start:end]
		start = end + 1
	}
	return cells
}
