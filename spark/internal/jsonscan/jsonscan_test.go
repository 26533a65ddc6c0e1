package jsonscan

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// scan checks a complete text, as json.Valid does.
func scan(text string) (*Scanner[string], error) {
	var s Scanner[string]
	end, err := s.Scan(text, 0, 255)
	if err == nil && Space(text, end) != len(text) {
		err = &SyntaxError{Offset: end, Reason: "more text"}
	}
	return &s, err
}

// texts are valid and invalid in every way that the grammar knows.
var texts = []string{
	``, ` `, `{}`, `[]`, ` [ ] `, `{ }`, `null`, `true`, `false`, `nul`, `tru`, `fals`, `nulll`, `True`, `"`, `""`, `"a`, `"\`, `"\"`, `"\\"`,
	`0`, `-0`, `-`, `00`, `01`, `-01`, `1`, `10`, `1.`, `1.0`, `1.00`, `.5`, `+1`, `1e`, `1e5`, `1E5`, `1e+5`, `1e-5`, `1e+`, `1e5.5`, `1.5e10`, `0e0`, `0x1`, `1 2`, `--1`, `NaN`, `Infinity`,
	`"\u00e9"`, `"\uD83D\uDE00"`, `"\uD83D"`, `"\uDE00\uD83D"`, `"\ud83dx"`, `"\ud83d\n"`, `"\u12"`, `"\u12G4"`, `"\x41"`, `"\b\f\n\r\t\/\\\""`, "\"\x00\"", "\"\x1f\"", "\"\n\"", "\"\x7f\"", "\"\u2028\"",
	"\"\xff\"", "\"\xc3\"", "\"\xc3\xa9\"", "\"\xed\xa0\x80\"", "\"\xf0\x9f\x98\x80\"", "\"\xf0\x9f\x98\"", "\"\xc0\x80\"", "\xff", "{\"\xff\":1}", "\"\uFFFD\"", "\"\xe2\x82\"",
	`[1`, `[1,`, `[1,]`, `[,1]`, `[1 2]`, `[1,2]`, `[[],[[]]]`, `]`, `[}`, `[1}`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{,}`, `{"a" 1}`, `{"a":1 "b":2}`, `{a:1}`, `{1:1}`, `{'a':1}`, `{"a":1]`,
	`{"a":1,"b":{"c":[true,{"d":null}]},"a":"x"}`, "\t{\r\n\"a\" : 1 , \"b\":[ 1 , 2 ] }\n", "\v1", "\u00a01", "\ufeff{}", `{}{}`, `/**/1`, `{"":{"":[]}}`, `{"\u0061\n":1}`,
}

func TestScanAcceptsWhatEncodingJSONAccepts(t *testing.T) {
	for _, text := range texts {
		_, err := scan(text)
		require.Equal(t, json.Valid([]byte(text)), err == nil, "%q: %v", text, err)
	}
}

func TestScanTellsIncompleteFromInvalid(t *testing.T) {
	for _, text := range texts {
		_, err := scan(text)
		var decoded any
		decoder := json.NewDecoder(strings.NewReader(text))
		want := decoder.Decode(&decoded)
		incomplete := errors.Is(want, io.ErrUnexpectedEOF) || errors.Is(want, io.EOF)
		require.Equal(t, incomplete, errors.Is(err, ErrIncomplete), "%q: %v, %v", text, want, err)
	}
}

func TestScanDepth(t *testing.T) {
	for depth, valid := range map[int]bool{MaxDepth - 1: true, MaxDepth: true, MaxDepth + 1: false} {
		for _, text := range []string{
			strings.Repeat(`[`, depth) + strings.Repeat(`]`, depth),
			strings.Repeat(`{"a":`, depth-1) + `{}` + strings.Repeat(`}`, depth-1),
		} {
			require.Equal(t, valid, json.Valid([]byte(text)))
			_, err := scan(text)
			require.Equal(t, valid, err == nil, "%d deep: %v", depth, err)
		}
	}
}

func TestScanOffsets(t *testing.T) {
	for text, want := range map[string]int{`x`: 0, ` {"a" 1}`: 6, `[1,,2]`: 3, `{"a":tRue}`: 6, `"\u00g0"`: 5, "\"a\x01\"": 2, `[1.]`: 3, `{"a":1;`: 6, `{5}`: 1} {
		_, err := scan(text)
		var syntax *SyntaxError
		require.ErrorAs(t, err, &syntax)
		require.Equal(t, want, syntax.Offset, text)
	}
}

func TestScanEntries(t *testing.T) {
	text := ` {"a":[1,{"x":2}], "b" : {"c":"d\"","e\n":{"f":{}}},"a":null} `
	var s Scanner[string]
	end, err := s.Scan(text, 0, 2)
	require.NoError(t, err)
	require.Equal(t, len(text)-1, end)
	type entry struct {
		depth       int
		name, value string
	}
	collect := func() (entries []entry) {
		for _, e := range s.Entries {
			entries = append(entries, entry{int(e.Depth), e.Name(text), e.Value.In(text)})
		}
		return entries
	}
	require.Equal(t, []entry{
		{1, "a", `[1,{"x":2}]`}, {1, "b", `{"c":"d\"","e\n":{"f":{}}}`}, {2, "c", `"d\""`}, {2, "e\n", `{"f":{}}`}, {1, "a", `null`},
	}, collect())

	text = `[1, "x" ,[2,3],{"y":[4]}]`
	_, err = s.Scan(text, 0, 2)
	require.NoError(t, err)
	require.Equal(t, []entry{{1, "", `1`}, {1, "", `"x"`}, {1, "", `[2,3]`}, {1, "", `{"y":[4]}`}, {2, "y", `[4]`}}, collect())

	_, err = s.Scan(text, 0, 0)
	require.NoError(t, err)
	require.Empty(t, s.Entries)

	text = "5 \xff \"\xff\xfe\""
	end, err = s.Scan(text, 4, 0)
	require.NoError(t, err)
	require.Equal(t, len(text), end)
	require.Equal(t, Span{5, 6}, s.Invalid)
}

func TestScanFindsInvalidUnicode(t *testing.T) {
	for text, want := range map[string]string{
		`"a"`: "", `"\\ud800"`: "", `"\u00e9\ud7ff\ue000"`: "", `"\uD83D\uDE00"`: "", `"\ud83d\ude00\uDBFF\udfff"`: "",
		`["\ud83d"]`: `\ud83d`, `{"\udc00x":1}`: `\udc00`, `"\uD83D\n"`: `\uD83D`, `"\uDE00\uD83D"`: `\uDE00`, `"\ud83d\uD83D\uDE00"`: `\ud83d`, `"\ud800\u00e9"`: `\ud800`,
		`"\ud800\\udc00"`: `\ud800`, "\"\\ud83d\\ude00\xff\\udfff\"": "\xff",
	} {
		s, err := scan(text)
		require.NoError(t, err)
		require.Equal(t, want, s.Invalid.In(text), text)
	}
}

// jsonValue draws any JSON text, with white space and number forms of all kinds.
func jsonValue() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return drawValue(t, 4)
	})
}

func drawValue(t *rapid.T, depth int) string {
	space := rapid.SampledFrom([]string{"", "", "", " ", "\n\t"}).Draw(t, "space")
	kinds := 4
	if depth > 0 {
		kinds = 6
	}
	var b strings.Builder
	b.WriteString(space)
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		b.WriteString(rapid.SampledFrom([]string{"true", "false", "null"}).Draw(t, "literal"))
	case 1:
		b.WriteString(rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?`).Draw(t, "number"))
	case 2, 3:
		b.WriteString(drawString(t))
	case 4:
		b.WriteByte('[')
		for i := range rapid.IntRange(0, 4).Draw(t, "elements") {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(drawValue(t, depth-1))
		}
		b.WriteByte(']')
	default:
		b.WriteByte('{')
		for i := range rapid.IntRange(0, 4).Draw(t, "members") {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(space + drawString(t) + space + ":" + drawValue(t, depth-1))
		}
		b.WriteByte('}')
	}
	b.WriteString(space)
	return b.String()
}

func drawString(t *rapid.T) string {
	return `"` + rapid.StringMatching(`([ !#-\[\]-~é€😀]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4}|\\uD83D\\uDE00)*`).Draw(t, "string") + `"`
}

func TestScanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := jsonValue().Draw(t, "text")
		s, err := scan(text)
		require.NoError(t, err)
		checkEntries(t, text, s.Entries)

		// Damage is noticed if and only if encoding/json notices it.
		damaged := []byte(text)
		at := rapid.IntRange(0, len(damaged)-1).Draw(t, "at")
		damaged[at] = rapid.Byte().Draw(t, "byte")
		_, err = scan(string(damaged))
		require.Equal(t, json.Valid(damaged), err == nil, "%q: %v", damaged, err)
		_, err = scan(text[:at])
		require.Equal(t, json.Valid([]byte(text[:at])), err == nil, "%q: %v", text[:at], err)
	})
}

// checkEntries compares the outermost entries with what encoding/json decodes.
func checkEntries(t require.TestingT, text string, entries []Entry) {
	outer := entries[:0:0]
	for _, e := range entries {
		if e.Depth == 1 {
			outer = append(outer, e)
		}
	}
	switch strings.TrimLeft(text, " \n\r\t")[0] {
	case '{':
		var want map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(text), &want))
		got := map[string]json.RawMessage{}
		for _, e := range outer {
			got[e.Name(text)] = json.RawMessage(e.Value.In(text))
		}
		require.Equal(t, want, got)
	case '[':
		var want []json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(text), &want))
		require.Len(t, outer, len(want))
		for i, e := range outer {
			require.Equal(t, string(want[i]), e.Value.In(text))
		}
	case '"':
		var want string
		require.NoError(t, json.Unmarshal([]byte(text), &want))
		quoted := strings.Trim(text, " \n\r\t")
		require.Equal(t, want, Unquote(quoted[1:len(quoted)-1]))
	}
}

func FuzzScan(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := scan(text)
		require.Equal(t, json.Valid([]byte(text)), err == nil, "%v", err)

		var b Scanner[[]byte]
		end, errBytes := b.Scan([]byte(text), 0, 255)
		if err == nil {
			require.NoError(t, errBytes)
			require.Equal(t, s.Entries, b.Entries)
			require.LessOrEqual(t, end, len(text))
			require.Equal(t, s.Invalid, b.Invalid)
			if !strings.ContainsRune(text, '\uFFFD') && !strings.Contains(strings.ToLower(text), `\ufffd`) {
				require.Equal(t, strings.ContainsRune(decodedStrings(text), '\uFFFD'), s.Invalid != Span{})
			}
			checkEntries(t, text, s.Entries)
		}
	})
}

// decodedStrings returns all names and strings as encoding/json decodes them.
func decodedStrings(text string) (all string) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if err != nil {
			return all
		}
		all += fmt.Sprint(token)
	}
}
