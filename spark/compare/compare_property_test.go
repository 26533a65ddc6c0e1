package compare_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sparkgo/spark-go/spark/compare"
)

// numbers draws numbers that are often equal, near each other, or very far apart.
var numbers = rapid.Custom(func(t *rapid.T) string {
	return rapid.StringMatching(`-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?|0|1|1\.0|10e-1|-0|[1-9][0-9]{15,40}(\.[0-9]{1,40})?`).Draw(t, "number")
})

// scalars draws the JSON of anything but lists and objects.
var scalars = rapid.OneOf(numbers, rapid.SampledFrom([]string{`null`, `true`, `false`, `""`, `"a"`, `"\u0061"`, `"b"`, `"1"`, `"ß\n\u2028"`, `"\ud83d\ude00"`}))

// values draws the JSON of any value.
func values(depth int) *rapid.Generator[string] {
	if depth == 0 {
		return scalars
	}
	inner := values(depth - 1)
	lists := rapid.Custom(func(t *rapid.T) string {
		return "[" + strings.Join(rapid.SliceOfN(inner, 0, 6).Draw(t, "list"), ",") + "]"
	})
	return rapid.OneOf(scalars, lists, objects(inner), tables)
}

func objects(inner *rapid.Generator[string]) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var members []string
		for _, name := range rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "a.b", ""}), 0, 4).Draw(t, "names") {
			members = append(members, strconv.Quote(name)+":"+inner.Draw(t, "member"))
		}
		return "{" + strings.Join(members, ",") + "}"
	})
}

// tables draws tables with and without a key.
var tables = rapid.Custom(func(t *rapid.T) string {
	var rows []string
	ids := rapid.SliceOfN(rapid.IntRange(1, 8), 0, 6).Draw(t, "ids")
	if rapid.Bool().Draw(t, "key") {
		slices.Sort(ids)
		ids = slices.Compact(ids)
		ids = rapid.Permutation(ids).Draw(t, "order")
	}
	for _, id := range ids {
		rows = append(rows, fmt.Sprintf(`{"id":"%d","x":%s,"y":%s}`, id, scalars.Draw(t, "x"), scalars.Draw(t, "y")))
	}
	return "[" + strings.Join(rows, ",") + "]"
})

// rewrite returns equal JSON in another form.
func rewrite(t *rapid.T, text string) string {
	var value any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&value))
	return rewritten(t, value)
}

func rewritten(t *rapid.T, value any) string {
	space := func() string { return rapid.SampledFrom([]string{"", " ", "\n\t"}).Draw(t, "space") }
	switch v := value.(type) {
	case json.Number:
		return rewrittenNumber(t, string(v))
	case string:
		var b strings.Builder
		for _, r := range v {
			if r < 0x10000 && (r < ' ' || r == '"' || r == '\\' || rapid.Bool().Draw(t, "escape")) {
				fmt.Fprintf(&b, `\u%04x`, r)
			} else {
				b.WriteRune(r)
			}
		}
		return `"` + b.String() + `"`
	case []any:
		var parts []string
		for _, element := range v {
			parts = append(parts, space()+rewritten(t, element)+space())
		}
		return "[" + strings.Join(parts, ",") + space() + "]"
	case map[string]any:
		var parts []string
		for name, member := range v { // in any order
			parts = append(parts, space()+rewritten(t, name)+space()+":"+rewritten(t, member))
		}
		return "{" + strings.Join(parts, ",") + space() + "}"
	default:
		return string(must(json.Marshal(v)))
	}
}

// rewrittenNumber moves the decimal point and adjusts the exponent.
func rewrittenNumber(t *rapid.T, text string) string {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	power, _ := strconv.Atoi(exponent)
	sign := ""
	if strings.HasPrefix(mantissa, "-") {
		sign, mantissa = "-", mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	zeros := strings.Repeat("0", rapid.IntRange(0, 5).Draw(t, "zeros"))
	digits := strings.TrimLeft(whole+fraction+zeros, "0")
	if digits == "" {
		return sign + "0." + zeros + "0"
	}
	power -= len(fraction) + len(zeros)
	at := rapid.IntRange(1, len(digits)).Draw(t, "point")
	power += len(digits) - at
	point := ""
	if at < len(digits) {
		point = "."
	}
	return sign + digits[:at] + point + digits[at:] + "e" + strconv.Itoa(power)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func diffOf(t require.TestingT, a, b string, options compare.Options) *compare.Diff {
	return compare.Calls(withOutputs(t, `{"v":`+a+`}`), withOutputs(t, `{"v":`+b+`}`), options)
}

func tolerances(t *rapid.T) compare.Tolerance {
	bounds := rapid.SampledFrom([]float64{0, 0, 0.005, 0.1, 1, 2.5, 1e-9, 1e20})
	return compare.Tolerance{Absolute: bounds.Draw(t, "absolute"), Relative: bounds.Draw(t, "relative")}
}

func TestSameIsEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := values(3).Draw(t, "value")
		options := compare.Options{Tolerance: tolerances(t)}
		require.Empty(t, diffOf(t, text, text, options).Changes)
		require.Empty(t, diffOf(t, text, rewrite(t, text), options).Changes)
	})
}

// same is another, much simpler comparison.
func same(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		b, ok := b.(json.Number)
		return ok && rational(string(a)).Cmp(rational(string(b))) == 0
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, same)
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name := range a {
			if other, ok := b[name]; !ok || !same(a[name], other) {
				return false
			}
		}
		return true
	default:
		return a == b
	}
}

func rational(text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		panic("not a number: " + text)
	}
	return r
}

func TestEmptyMeansSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := values(2).Draw(t, "a")
		b := rapid.OneOf(values(2), rapid.Just(a)).Draw(t, "b")
		decode := func(text string) (value any) {
			decoder := json.NewDecoder(strings.NewReader(text))
			decoder.UseNumber()
			require.NoError(t, decoder.Decode(&value))
			return value
		}
		diff := diffOf(t, a, b, compare.Options{})
		require.Equal(t, same(decode(a), decode(b)), diff.Empty(), "%s and %s: %s", a, b, diff)
	})
}

var moved = regexp.MustCompile(`\[(\d+)→(\d+)\]`)

// swapped returns the change between the swapped calls, as JSON.
func swapped(c compare.Change) string {
	c.Path = moved.ReplaceAllString(c.Path, "[$2→$1]")
	switch c.Kind {
	case compare.Added:
		c.Kind = compare.Removed
	case compare.Removed:
		c.Kind = compare.Added
	}
	c.A, c.B = c.B, c.A
	if c.Delta != "" {
		delta, negative := strings.CutPrefix(string(c.Delta), "-")
		if !negative && delta != "0" {
			delta = "-" + delta
		}
		c.Delta = json.Number(delta)
	}
	return string(must(json.Marshal(c)))
}

func TestSwapped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inner := rapid.OneOf(scalars, tables, values(1))
		lists := rapid.Custom(func(t *rapid.T) string {
			return "[" + strings.Join(rapid.SliceOfN(inner, 0, 8).Draw(t, "list"), ",") + "]"
		})
		value := rapid.OneOf(lists, tables, objects(lists))
		a, b, options := value.Draw(t, "a"), value.Draw(t, "b"), compare.Options{Tolerance: tolerances(t)}
		there, back := diffOf(t, a, b, options), diffOf(t, b, a, options)
		want, got := []string{}, []string{}
		for i := range there.Changes {
			want = append(want, swapped(there.Changes[i]))
		}
		for i := range back.Changes {
			got = append(got, string(must(json.Marshal(back.Changes[i]))))
		}
		require.ElementsMatch(t, want, got)
	})
}

func TestNumbersAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, tolerance := numbers.Draw(t, "a"), numbers.Draw(t, "b"), tolerances(t)
		if rapid.Bool().Draw(t, "near") {
			b = a + "1"
			if !strings.ContainsAny(a, ".") || strings.ContainsAny(a, "eE") {
				b = a
			}
		}
		before, after := rational(a), rational(b)
		delta := new(big.Rat).Sub(after, before)
		diff := diffOf(t, a, b, compare.Options{})
		require.Equal(t, delta.Sign() == 0, diff.Empty())
		if !diff.Empty() {
			require.Equal(t, delta.RatString(), rational(string(diff.Changes[0].Delta)).RatString())
			require.True(t, json.Valid([]byte(diff.Changes[0].Delta)), diff.Changes[0].Delta)
		}

		apart := new(big.Rat).Abs(delta)
		larger := new(big.Rat).Abs(before)
		if other := new(big.Rat).Abs(after); other.Cmp(larger) > 0 {
			larger = other
		}
		decimal := func(f float64) *big.Rat { return rational(strconv.FormatFloat(f, 'g', -1, 64)) }
		within := apart.Cmp(decimal(tolerance.Absolute)) <= 0 || apart.Cmp(larger.Mul(larger, decimal(tolerance.Relative))) <= 0
		require.Equal(t, within, diffOf(t, a, b, compare.Options{Tolerance: tolerance}).Empty(), "%s and %s within %+v", a, b, tolerance)
	})
}
