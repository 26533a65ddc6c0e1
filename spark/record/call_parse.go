package record

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
	"github.com/sparkgo/spark-go/spark/internal/sniff"
)

// ErrNoRecord means that there is nothing where a record should be: no text, null, or an
// empty string. The platform returns these if there is no such call.
var ErrNoRecord = errors.New("the record is empty or null")

// ParseCall decodes one record. It is a JSON object, or a JSON string that contains the
// object, as Get Call ID returns it. Anything else is an error, and so are an object
// without any member of a record and text after the record. Fields that can't be read
// are not an error: see [Call.Problems]. Bytes are copied.
//
// Names of members are case-sensitive. If several members have the same name, the last
// one counts; of several EngineDetails, each member counts that only one of them has.
// Strings may contain invalid Unicode, such as a byte that isn't UTF-8, or half of a
// surrogate pair. It is unchanged in [Call.JSON], becomes U+FFFD in the fields, and is
// reported as a problem.
func ParseCall[T ~string | ~[]byte](data T) (*Call, error) {
	call, err := parseRecord(string(data))
	if err != nil {
		return nil, fmt.Errorf("decode call record: %w", err)
	}
	return call, nil
}

// callScanners are reused, because the entries of a record take 2 kB.
var callScanners = sync.Pool{New: func() any { return new(jsonscan.Scanner[string]) }}

func parseRecord(text string) (*Call, error) {
	body, err := sniff.WithoutMark(text)
	if err != nil {
		return nil, err
	}
	body = body[jsonscan.Space(body, 0):]
	start := len(text) - len(body)
	if text = body; text == "" {
		return nil, ErrNoRecord
	}
	scanner := callScanners.Get().(*jsonscan.Scanner[string])
	defer callScanners.Put(scanner)
	end, err := scanner.Scan(text, 0, recordDepth)
	if err != nil {
		return nil, positioned(err, start)
	}
	if after := jsonscan.Space(text, end); after < len(text) {
		return nil, fmt.Errorf("invalid JSON: more text after the record, at byte %d", start+after)
	}
	text = text[:end]
	if text[0] != '"' {
		return newCall(text, scanner.Entries, scanner.Invalid)
	}
	inner := jsonscan.Unquote(text[1 : len(text)-1])
	if strings.HasPrefix(inner, `"`) {
		return nil, errors.New("expected a record (a JSON object), found a string within a string")
	}
	call, err := parseRecord(inner)
	if err == nil {
		call.source.reportInvalid(text, scanner.Invalid, "string around the record")
	}
	return call, err
}

// positioned adds to err where the text is wrong. The text begins at the given offset.
func positioned(err error, offset int) error {
	var syntax *jsonscan.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("%w, at byte %d", err, offset+syntax.Offset)
	}
	return err
}

// newCall decodes a record that has been scanned.
func newCall(text string, entries []jsonscan.Entry, invalid jsonscan.Span) (*Call, error) {
	switch {
	case text == "null":
		return nil, ErrNoRecord
	case text[0] != '{':
		return nil, fmt.Errorf("expected a record (a JSON object), found %s", kindOf(text))
	}
	var memory struct { // in one allocation
		call   Call
		source callSource
	}
	call, source := &memory.call, &memory.source
	call.source, source.json = source, text
	source.reportInvalid(text, invalid, "record")
	d := &callDecoder{text: text, entries: entries, source: source, lossy: source.problems != nil}
	if !d.findMembers() {
		return nil, notRecord(text)
	}
	d.call(call)
	return call, nil
}

// notRecord returns an error that says what an object without any member of a call
// record is.
func notRecord(text string) error {
	if list := listMember(text); list != "" {
		return wrappedList(list)
	}
	for _, e := range entriesOf(text, 1) {
		if e.Name(text) == "response_data" {
			return fmt.Errorf("expected a call record, found a response of the API; if it has a record, that is its member %q", "response_data")
		}
	}
	return errors.New("expected a call record, found an object without any of its members")
}

func wrappedList(name string) error {
	return fmt.Errorf("expected a call record, found an object with a list of them in its member %q; extract the list first", name)
}

// listMember returns the name of the member of an object that is a list of call
// records, or "". The text may end before the object does.
func listMember(text string) string {
	for _, e := range entriesOf(text, 1) {
		list := text[e.Value.Start:]
		if !strings.HasPrefix(list, "[") {
			continue
		}
		first := list[jsonscan.Space(list, 1):]
		if strings.HasPrefix(first, "{") && slices.ContainsFunc(entriesOf(first, 1), func(e jsonscan.Entry) bool {
			return knownRecord.members[e.Name(first)] != nil
		}) {
			return e.Name(text)
		}
	}
	return ""
}

// UnmarshalJSON decodes a record as [ParseCall] does.
func (c *Call) UnmarshalJSON(data []byte) error {
	parsed, err := ParseCall(data)
	if err != nil {
		return err
	}
	*c = *parsed
	return nil
}
