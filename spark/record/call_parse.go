package record

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
	"github.com/sparkgo/spark-go/spark/internal/sniff"
)

// ErrNoRecord means that there is nothing where a record should be: no text,
// null, or an empty string, which is how the platform says that it has no such call.
var ErrNoRecord = errors.New("nothing where the record should be")

// recordDepth is how deep the known members of a record are nested:
// EngineDetails.request_meta.version.
const recordDepth = 3

// usualEntries is more than the members of a usual record down to that depth.
const usualEntries = 80

// ParseCall decodes one record: a JSON object, or a JSON string that holds the
// object, as Get Call ID gives it. Anything else is an error: an object without any
// member of a record, and anything that follows it. Fields of the record that can't be read are no error, see
// [Call.Problems]. ParseCall keeps a copy of data, not data itself.
//
// Names of members count exactly as they are written, with upper and lower case.
// Of members with the same name the last one counts. The record may hold invalid
// UTF-8 in strings: it stays in [Call.JSON], shows as U+FFFD in the fields, and is
// reported as a problem.
func ParseCall(data []byte) (*Call, error) {
	call, err := parseRecord(string(data))
	if err != nil {
		return nil, fmt.Errorf("decode call record: %w", err)
	}
	return call, nil
}

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
	scanner := jsonscan.Scanner[string]{Entries: make([]jsonscan.Entry, 0, usualEntries)}
	end, err := scanner.Scan(text, 0, recordDepth)
	if err != nil {
		return nil, positioned(err, start)
	}
	if after := jsonscan.Space(text, end); after < len(text) {
		return nil, fmt.Errorf("invalid JSON: more text after the record, at byte %d", start+after)
	}
	text = text[:end]
	if text[0] != '"' {
		return newCall(text, scanner.Entries, scanner.InvalidUTF8)
	}
	return parseQuoted(text)
}

// parseQuoted decodes the record in a JSON string that has been scanned.
func parseQuoted(text string) (*Call, error) {
	inner := jsonscan.Unquote(text[1 : len(text)-1])
	if strings.HasPrefix(inner, `"`) {
		return nil, errors.New("a string within a string where the record should be")
	}
	return parseRecord(inner)
}

// positioned adds where the text is wrong, in a text that begins at the given offset.
func positioned(err error, offset int) error {
	var syntax *jsonscan.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("%w, at byte %d", err, offset+syntax.Offset)
	}
	return err
}

// newCall decodes a record that has been scanned.
func newCall(text string, entries []jsonscan.Entry, invalidUTF8 int) (*Call, error) {
	switch {
	case text == "null":
		return nil, ErrNoRecord
	case text[0] != '{':
		return nil, fmt.Errorf("%s where the record, a JSON object, should be", kindOf(text))
	}
	// One allocation holds the call and all that it points to.
	all := new(struct {
		call   Call
		record record
	})
	all.call.record = &all.record
	all.record.json = text
	d := decoder{text: text, entries: entries, record: &all.record, lossy: invalidUTF8 >= 0}
	if d.lossy {
		d.problem("$", text[invalidUTF8:invalidUTF8+1], fmt.Sprintf("invalid UTF-8 at byte %d of the record", invalidUTF8))
	}
	var places recordPlaces
	places.find(&d)
	if places == (recordPlaces{}) {
		return nil, notRecord(text)
	}
	d.call(&all.call, &places)
	return &all.call, nil
}

// notRecord says what an object is that has no member of a call record.
func notRecord(text string) error {
	if list := listMember(text); list != "" {
		return wrappedList(list)
	}
	for _, e := range entriesOf(text, 1) {
		if e.Name(text) == "response_data" {
			return fmt.Errorf("a response of the API where a call record should be; the record is its member %q, if it has one", "response_data")
		}
	}
	return errors.New("an object without any member of a call record")
}

func wrappedList(name string) error {
	return fmt.Errorf("an object whose member %q is a list of call records; take the list out of the object", name)
}

// listMember returns the name of the member of an object that is a list of call
// records, or nothing. The text may end before the object does.
func listMember(text string) string {
	for _, e := range entriesOf(text, 1) {
		list := text[e.Value.Start:]
		if !strings.HasPrefix(list, "[") {
			continue
		}
		first := list[jsonscan.Space(list, 1):]
		if strings.HasPrefix(first, "{") && slices.ContainsFunc(entriesOf(first, 1), func(e jsonscan.Entry) bool {
			return new(recordPlaces).place(e.Name(first)) != nil
		}) {
			return e.Name(text)
		}
	}
	return ""
}

// kindOf names the kind of a JSON value for a message.
func kindOf(value string) string {
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}
