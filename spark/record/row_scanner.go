package record

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// csvScanner takes CSV records apart: fields between separators, on a line that
// ends in LF, CR LF or CR, in double quotes where they hold any of these. It reads
// what is malformed as well as it can and notes it.
type csvScanner struct {
	separator byte
	text      []byte     // the fields of the record, unquoted, with a byte between them
	ends      []uint32   // where each field ends in text
	breaks    int        // line breaks within fields
	faults    []csvFault // what is malformed
}

// csvFault is something malformed in a field.
type csvFault struct {
	field  int // index
	reason string
}

// incompleteRecord is returned where the record doesn't end in the data.
const incompleteRecord = -1

// scan takes the record at the beginning of data apart and returns its size, line
// end included. ended tells that data is all there is. patient tells to
// read on for a closing quote that is not in the data; otherwise a field that is
// never closed ends like one without quotes.
func (s *csvScanner) scan(data []byte, ended, patient bool) (size int) {
	s.text, s.ends, s.breaks, s.faults = s.text[:0], s.ends[:0], 0, s.faults[:0]
	copied := 0 // data[copied:] is still to be copied to text
	stops := stops{separator: s.separator}
	for i := 0; ; i++ {
		quoted := false
		if i < len(data) && data[i] == '"' {
			s.text = append(s.text, data[copied:i]...)
			if copied, quoted = s.quoted(data, i); !quoted && patient {
				return incompleteRecord
			}
			i = copied
			stops.seek(i)
		}
		if !quoted {
			i = stops.next(data)
		}
		s.ends = append(s.ends, uint32(len(s.text)+i-copied))
		if i == len(data) || data[i] != s.separator {
			s.text = append(s.text, data[copied:i]...)
			return afterLine(data, i, ended)
		}
		if quoted {
			stops.seek(i + 1)
		}
	}
}

// stops finds what ends fields without quotes, separators and line ends, one after
// another, eight bytes at a time while there are so many.
type stops struct {
	separator byte
	found     uint64 // those in the eight bytes before at that haven't been given
	at        int    // where to look on
}

// seek makes next look from i on.
func (s *stops) seek(i int) { s.found, s.at = 0, i }

// next returns the offset of the next one, or the length of the data.
func (s *stops) next(data []byte) int {
	separators := uint64(s.separator) * eachByte
	for s.found == 0 && s.at+8 <= len(data) {
		x := binary.LittleEndian.Uint64(data[s.at:])
		s.found = equal(x, separators) | equal(x, '\n'*eachByte) | equal(x, '\r'*eachByte)
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

// equal sets the highest bit of each byte that is the same in both.
func equal(a, b uint64) uint64 {
	const low = 0x7f * eachByte
	x := a ^ b
	return ^((x&low + low) | x | low)
}

// blank tells whether the record that was scanned last is an empty line. A row
// whose fields are all empty is a row.
func (s *csvScanner) blank() bool { return len(s.text) == 0 && len(s.ends) == 1 }

// afterLine returns where the line begins that follows the one that ends at i.
func afterLine(data []byte, i int, ended bool) int {
	rest := data[i:]
	switch {
	case len(rest) == 0 && ended:
		return i
	case len(rest) > 0 && rest[0] == '\n':
		return i + 1
	case len(rest) > 1 && rest[1] == '\n': // CR LF
		return i + 2
	case len(rest) > 1, len(rest) == 1 && ended:
		return i + 1
	}
	return incompleteRecord
}

// quoted reads the field whose opening quote stands at i and returns where it ends,
// after the closing quote. It is not ok, and nothing is read, where that is missing.
func (s *csvScanner) quoted(data []byte, i int) (end int, ok bool) {
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
			s.fault("a single quote sign within a quoted field")
		}
		s.text = append(s.text, '"')
	}
}

// fault notes that the field being read is malformed.
func (s *csvScanner) fault(reason string) {
	s.faults = append(s.faults, csvFault{field: len(s.ends), reason: reason})
}

// lineBreaks counts the line breaks in text.
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
func (s *csvScanner) cells() cells {
	packed := s.text
	for _, end := range s.ends {
		packed = binary.LittleEndian.AppendUint32(packed, end)
	}
	s.text = packed[:len(s.text)]
	return cells{packed: string(packed), count: len(s.ends)}
}

// cells are the fields of a record, in a form that costs one allocation: all
// fields with a byte between them, then for each four bytes that tell where it ends.
type cells struct {
	packed string
	count  int
}

func (c cells) len() int { return c.count }

func (c cells) at(i int) string {
	start := 0
	if i > 0 {
		start = c.end(i-1) + 1
	}
	return c.packed[start:c.end(i)]
}

func (c cells) end(i int) int {
	b := c.packed[len(c.packed)-4*(c.count-i):]
	return int(uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)
}

// texts are all fields with a byte between them.
func (c cells) texts() string { return c.packed[:len(c.packed)-4*c.count] }

// all copies the fields into a slice.
func (c cells) all() []string {
	all := make([]string, c.len())
	for i := range all {
		all[i] = c.at(i)
	}
	return all
}
