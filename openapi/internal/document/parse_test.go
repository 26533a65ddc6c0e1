package document_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

func TestParseJSONKeepsEveryDigit(t *testing.T) {
	doc, err := document.ParseJSON("page.md", 10, []byte("{\n \"n\": 0.10,\n \"big\": 12345678901234567890.5\n}"))
	require.NoError(t, err)
	require.Equal(t, map[string]any{"n": json.Number("0.10"), "big": json.Number("12345678901234567890.5")}, doc.Root)
	require.Equal(t, "page.md:10", doc.Name)
	require.Equal(t, "page.md:12", doc.Where("/big"))
	require.Equal(t, "page.md:12", doc.Where("/big/within"), "an unknown part has the place of the part around it")
}

func TestParseJSONRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, fault string }{
		"a cut":             {"{\n\"a\": {\n", "page.md:6: the JSON ends too early: it is cut off"},
		"an empty text":     {"", "page.md:4: the JSON ends too early"},
		"a duplicate":       {"{\"a\": {\n\"b\": 1,\n\"b\": 2}}", `page.md:6: the member "b" occurs twice`},
		"a list":            {"[1]", "page.md:4: expected an object, found a list"},
		"a second object":   {"{}\n{}", "page.md:5: more text follows"},
		"a trailing comma":  {"{\"a\": 1,\n}", "page.md:5: not JSON"},
		"a comment":         {"{ // no\n}", "page.md:4: not JSON"},
		"too deep a nest":   {strings.Repeat(`{"a":`, 2000), "nested more than 1000 deep"},
		"an unclosed quote": {"{\n\n\"a", "page.md:6"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := document.ParseJSON("page.md", 4, []byte(c.text))
			require.ErrorContains(t, err, c.fault)
		})
	}
}

func TestParseYAMLGivesWhatJSONGives(t *testing.T) {
	doc, err := document.ParseYAML("page.yaml", 1, []byte(`
text: &anchor {plain: yes, date: 2026-03-01, number: '1.0'}
numbers: [1, 1.50, -0.5e+3]
again: *anchor
nothing: ~
truth: [true, False]
200: a key that is a number
folded: >-
  one
  line
`))
	require.NoError(t, err)
	anchored := map[string]any{"plain": "yes", "date": "2026-03-01", "number": "1.0"}
	require.Equal(t, map[string]any{
		"text":    anchored,
		"numbers": []any{json.Number("1"), json.Number("1.50"), json.Number("-0.5e+3")},
		"again":   anchored, "nothing": nil, "truth": []any{true, false},
		"200": "a key that is a number", "folded": "one line",
	}, doc.Root)
	require.Equal(t, "page.yaml:3", doc.Where("/numbers/2"))
}

func TestParseYAMLRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, fault string }{
		"a duplicate":        {"a: 1\nb:\n  c: 1\n  c: 2\n", `page.yaml:7: the member "c" occurs twice`},
		"a syntax error":     {"a: 1\n b: [\n", "page.yaml:"},
		"a scalar":           {"just text", "page.yaml:4: expected an object, found a string"},
		"nothing":            {"# only a comment\n", "page.yaml:4: expected an object, found nothing"},
		"a second document":  {"a: 1\n---\nb: 2\n", "a second YAML document follows"},
		"infinity":           {"a: .inf\n", "page.yaml:4: .inf is not a number in JSON"},
		"another base":       {"a: 0x1F\n", "page.yaml:4: 0x1F is not a number in JSON: write it as in JSON"},
		"a binary":           {"a: !!binary aGk=\n", "page.yaml:4: a value of the kind !!binary can't be written in JSON"},
		"a merge key":        {"a: &x {b: 1}\nc: {<<: *x}\n", "page.yaml:5: a key must be plain text"},
		"a complex key":      {"? [a]\n: b\n", "page.yaml:4: a key must be plain text"},
		"an alias in itself": {"a: &x\n  b: *x\n", "is inside the part that it names"},
		"a bomb of aliases":  {bomb(), "the YAML is too large"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := document.ParseYAML("page.yaml", 4, []byte(c.text))
			require.ErrorContains(t, err, c.fault)
		})
	}
}

// bomb is a short YAML text that aliases grow without bounds.
func bomb() string {
	var text strings.Builder
	text.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for _, step := range []string{"0 1", "1 2", "2 3", "3 4", "4 5", "5 6", "6 7"} {
		from, to, _ := strings.Cut(step, " ")
		text.WriteString("a" + to + ": &a" + to + " [" + strings.TrimSuffix(strings.Repeat("*a"+from+", ", 10), ", ") + "]\n")
	}
	return text.String()
}

func TestFormatsLoseNothing(t *testing.T) {
	value := map[string]any{
		"strings": []any{"yes", "on", "N", "null", "1.0", "2026-03-01", "~", "", " x ", "a\nb\n", "<br>", "\u2028", "\x7f", "😀", "#c", "- d", "a: b", "'", `"`},
		"numbers": []any{json.Number("1"), json.Number("1.0"), json.Number("1e400"), json.Number("-0")},
		"others":  []any{true, false, nil, map[string]any{}, []any{}},
		"keys":    map[string]any{"200": "x", "yes": "x", "": "x", "a/b~c": "x"},
	}
	text, err := document.FormatYAML(value)
	require.NoError(t, err)
	fromYAML, err := document.ParseYAML("x", 1, text)
	require.NoError(t, err)
	require.Equal(t, value, fromYAML.Root)
	require.Contains(t, string(text), `"on"`, "a reader of YAML 1.1 must not take it for a boolean")

	data, err := document.Canonical(value)
	require.NoError(t, err)
	fromJSON, err := document.ParseJSON("x", 1, data)
	require.NoError(t, err)
	require.Equal(t, value, fromJSON.Root)
	require.Contains(t, string(data), "<br>", "text stays readable")
}
