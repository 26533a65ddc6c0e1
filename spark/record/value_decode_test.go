package record_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestValuesDecode(t *testing.T) {
	v := values(t, `{"Premium":1234.50,"Rate":0.1234567890123456789,"Note":null,"Rows":[{"Year":1,"Amount":0.10}]}`)
	var target struct {
		Premium float64
		Rate    json.Number
		Note    *string
		Rows    []struct {
			Year   int
			Amount json.Number
		}
	}
	require.NoError(t, v.Decode(&target))
	require.InEpsilon(t, 1234.5, target.Premium, 0)
	require.Equal(t, json.Number("0.1234567890123456789"), target.Rate)
	require.Nil(t, target.Note)
	require.Equal(t, json.Number("0.10"), target.Rows[0].Amount)

	var loose map[string]any
	require.NoError(t, v.Decode(&loose))
	require.Equal(t, json.Number("1234.50"), loose["Premium"])
	require.Error(t, v.Decode(target), "no pointer")
	require.Error(t, v.Decode(nil))
}

// Null becomes zero nowhere: it is an error where the target can't represent it.
func TestDecodeNull(t *testing.T) {
	type embedded struct {
		Share float64 `json:"share"`
	}
	type target struct {
		embedded
		Premium float64 `json:"Annual Premium,omitempty"`
		Pointer *float64
		Any     any
		Map     map[string]float64
		List    []int
		Array   [2]int
		Raw     json.RawMessage
		Time    time.Time
		Big     big.Int
		Value   record.Value
		Cover   struct{ Limits []struct{ Sum json.Number } }
		Ignored int `json:"-"`
		Deep    *struct{ N int }
		Text    string
		Flag    bool
	}
	for text, says := range map[string]string{
		`{"Pointer":null,"Any":null,"Map":null,"List":null,"Raw":null,"Value":null,"Deep":null}`:             "",
		`{"Unknown":null,"Ignored":null,"internal":null,"Any":{"x":[null]},"Raw":[null],"Value":{"x":null}}`: "",
		`{"Text":"null","List":[1],"Cover":{"Limits":null}}`:                                                 "",
		`{"Annual Premium":null}`:  `field "Annual Premium": the value is null, which float64 can't represent; decode into *float64`,
		`{"ANNUAL PREMIUM":null}`:  `field "ANNUAL PREMIUM": the value is null, which float64`,
		`{"Premium":null}`:         "",
		`{"share":null}`:           `field "share": the value is null, which float64`,
		`{"text":null}`:            `field "text": the value is null, which string`,
		`{"Flag":null}`:            `field "Flag": the value is null, which bool`,
		`{"Map":{"a":1,"b":null}}`: `field "Map.b": the value is null, which float64`,
		`{"List":[1,null]}`:        `field "List[1]": the value is null, which int`,
		`{"Time":null}`:            `field "Time": the value is null, which time.Time`,
		`{"Big":null}`:             `field "Big": the value is null, which big.Int`,
		`{"Array":null}`:           `field "Array": the value is null, which [2]int`,
		`{"Array":[1,null]}`:       `field "Array[1]": the value is null, which int`,
		`{"Cover":null}`:           `field "Cover": the value is null, which struct`,
		`{"Cover":{"Limits":[{"Sum":1},{"Sum":null}]}}`:      `field "Cover.Limits[1].Sum": the value is null, which json.Number`,
		`{"Cover":{"Limits":[{"Sum":1},null]}}`:              `field "Cover.Limits[1]": the value is null, which struct`,
		`{"Deep":{"n":null}}`:                                `field "Deep.n": the value is null, which int`,
		`{"Annual Premium":1.5,"Pointer":2,"Text":"x"}`:      "",
		`{"Annual Premium":[null],"Text":{"a":null}}`:        "cannot unmarshal",
		`{"Annual Premium":null,"Annual Premium":1.5}`:       `field "Annual Premium": the value is null`,
		`{"Escaped \u0041":null,"Annual Premi\u0075m":null}`: `field "Annual Premium": the value is null`,
	} {
		all := values(t, text)
		value, _ := values(t, `{"v":`+text+`}`).Get("v")
		for _, err := range []error{all.Decode(new(target)), value.Decode(new(target))} {
			if says == "" {
				require.NoError(t, err, text)
			} else {
				require.ErrorContains(t, err, says, text)
			}
		}
	}
	require.EqualError(t, values(t, `{"a":1,"b":null}`).Decode(&map[string]float64{}), `field "b": the value is null, which float64 can't represent; decode into *float64`)
	_, err := record.ValueAs[[]float64](values(t, `{"list":[1,null]}`), "list")
	require.EqualError(t, err, `value "list": field "[1]": the value is null, which float64 can't represent; decode into *float64`)
	var list []*float64
	require.NoError(t, json.Unmarshal([]byte(`[1,null]`), &list))
	got, err := record.ValueAs[[]*float64](values(t, `{"list":[1,null]}`), "list")
	require.NoError(t, err)
	require.Equal(t, list, got)
}

func requireValue[T any](t *testing.T, v record.Values, name string, want T) {
	t.Helper()
	got, err := record.ValueAs[T](v, name)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestValueAs(t *testing.T) {
	v := values(t, `{"int":7,"big":12345678901234567890,"decimal":0.10,"text":"a\u00e9","bool":true,"null":null,"list":[1,2.50],"number as text":"12.50","date":"2026-03-01T00:00:00Z"}`)
	requireValue(t, v, "int", 7)
	requireValue(t, v, "big", uint64(12345678901234567890))
	requireValue(t, v, "decimal", json.Number("0.10"))
	requireValue(t, v, "number as text", json.Number("12.50"))
	requireValue(t, v, "text", "aé")
	requireValue(t, v, "bool", true)
	requireValue(t, v, "list", []json.Number{"1", "2.50"})
	requireValue[any](t, v, "list", []any{json.Number("1"), json.Number("2.50")})
	requireValue(t, v, "date", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	list, _ := v.Get("list")
	requireValue(t, v, "list", list)

	_, err := record.ValueAs[int](v, "missing")
	require.ErrorIs(t, err, record.ErrNoValue)
	require.EqualError(t, err, `value "missing": no value of this name; there are "int", "big", "decimal", "text", "bool", "null", "list", "number as text", "date"`)
	_, err = record.ValueAs[int](v, "decimal")
	require.ErrorContains(t, err, `value "decimal": json: cannot unmarshal`)
	_, err = record.ValueAs[int8](v, "big")
	require.ErrorContains(t, err, "cannot unmarshal")

	// Null is not zero.
	_, err = record.ValueAs[float64](v, "null")
	require.EqualError(t, err, `value "null": the value is null, which float64 can't represent; decode into *float64`)
	_, err = record.ValueAs[string](v, "null")
	require.Error(t, err)
	_, err = record.ValueAs[struct{ A int }](v, "null")
	require.Error(t, err)
	pointer, err := record.ValueAs[*float64](v, "null")
	require.NoError(t, err)
	require.Nil(t, pointer)
	loose, err := record.ValueAs[any](v, "null")
	require.NoError(t, err)
	require.Nil(t, loose)
	table, err := record.ValueAs[[]struct{}](v, "null")
	require.NoError(t, err)
	require.Nil(t, table)
}

// No digit of any number changes on any way out.
func TestNumbersAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?`).Draw(t, "number")
		text := `{"n":` + number + `,"rows":[{"c":` + number + `}]}`
		call, err := record.ParseCall([]byte(inDetails(`"response_data":{"outputs":` + text + `}`)))
		require.NoError(t, err)
		value, ok := call.Outputs.Get("n")
		require.True(t, ok)
		require.Equal(t, number, value.String())
		require.Equal(t, number, string(value.JSON()))
		exact, err := record.ValueAs[json.Number](call.Outputs, "n")
		require.NoError(t, err)
		require.Equal(t, number, exact.String())
		var loose any
		require.NoError(t, value.Decode(&loose))
		require.Equal(t, json.Number(number), loose)
		var all map[string]any
		require.NoError(t, call.Outputs.Decode(&all))
		require.Equal(t, json.Number(number), all["n"])
		rows, _ := call.Outputs.Get("rows")
		table, err := rows.Table()
		require.NoError(t, err)
		cell, _ := table.Rows[0].Get("c")
		require.Equal(t, number, cell.String())
		require.Equal(t, text, string(call.Outputs.JSON()))
	})
}

func TestValueAsNamesWhatThereIs(t *testing.T) {
	many := `{"v0":0`
	for i := range 20 {
		many += fmt.Sprintf(`,"v%d":0`, i+1)
	}
	for text, says := range map[string]string{
		`{"premium":1,"other":2}`:   `value "Premium": no value of this name; did you mean "premium"?`,
		`{"x":1,"Premium ":2}`:      `value "Premium": no value of this name; did you mean "Premium "?`,
		`{"Sum insured":1,"b\n":2}`: `value "Premium": no value of this name; there are "Sum insured", "b\n"`,
		`{}`:                        `value "Premium": no value of this name; there are no values`,
		many + "}":                  `value "Premium": no value of this name; there are "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9" and 11 more`,
	} {
		_, err := record.ValueAs[float64](values(t, text), "Premium")
		require.EqualError(t, err, says)
		require.ErrorIs(t, err, record.ErrNoValue)
	}
	_, err := record.ValueAs[float64](record.Values{}, "Premium")
	require.EqualError(t, err, `value "Premium": no value of this name; there are no values`)
}

func TestValueAsRat(t *testing.T) {
	sum := new(big.Rat)
	v := values(t, `{"a":0.1,"b":0.2,"c":-1.50E+2,"d":12345678901234567890.123456789,"zero":0e999999999,"none":null,"text":"5","huge":1e999999999,"tiny":1e-99999999999999999999}`)
	for _, name := range []string{"a", "b", "c", "d", "zero"} {
		number, err := record.ValueAs[*big.Rat](v, name)
		require.NoError(t, err)
		sum.Add(sum, number)
	}
	require.Equal(t, "12345678901234567740.423456789", sum.FloatString(9))
	plain, err := record.ValueAs[big.Rat](v, "a")
	require.NoError(t, err)
	require.Equal(t, "1/10", plain.String())
	none, err := record.ValueAs[*big.Rat](v, "none")
	require.NoError(t, err)
	require.Nil(t, none)
	for name, says := range map[string]string{"text": "expected a number, found a string", "huge": "more than 10000 digits", "tiny": ""} {
		_, err := record.ValueAs[*big.Rat](v, name)
		require.ErrorContains(t, err, says)
	}
	_, err = record.ValueAs[big.Rat](v, "none")
	require.ErrorContains(t, err, "the value is null, which big.Rat can't represent")
}
