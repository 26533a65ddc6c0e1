package record_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
)

func values(t require.TestingT, text string) record.Values {
	var v record.Values
	require.NoError(t, json.Unmarshal([]byte(text), &v))
	return v
}

func TestValuesGet(t *testing.T) {
	many := `{"n":"first",`
	for c := range 40 {
		many += `"` + strings.Repeat("x", c+1) + `":` + string(rune('0'+c%10)) + `,`
	}
	many += `"n":"last"}`
	for _, text := range []string{`{"n":"first","other":1,"n":"last"}`, many} {
		v := values(t, text)
		value, ok := v.Get("n")
		require.True(t, ok)
		require.Equal(t, `"last"`, string(value.JSON()))
		require.Equal(t, "last", value.String())
		_, ok = v.Get("N")
		require.False(t, ok, "names count with their case")
		_, ok = v.Get("")
		require.False(t, ok)
	}
	v := values(t, `{"null":null,"esc\"aped":1,"":2,"é":[3]}`)
	value, ok := v.Get("null")
	require.True(t, ok)
	require.True(t, value.IsNull())
	value, ok = v.Get(`esc"aped`)
	require.True(t, ok)
	require.False(t, value.IsNull())
	value, ok = v.Get("")
	require.True(t, ok)
	require.Equal(t, "2", value.String())
	value, ok = v.Get("é")
	require.True(t, ok)
	require.Equal(t, "[3]", value.String())
}

func TestValuesZero(t *testing.T) {
	var none record.Values
	require.Zero(t, none.Len())
	_, ok := none.Get("x")
	require.False(t, ok)
	for range none.All() {
		t.Fatal("there are no values")
	}
	require.Nil(t, none.JSON())
	encoded, err := json.Marshal(none)
	require.NoError(t, err)
	require.Equal(t, "null", string(encoded))
	target := struct{ A int }{7}
	require.NoError(t, none.Decode(&target))
	require.Equal(t, 7, target.A)

	v := values(t, `{"a":1}`)
	require.NoError(t, json.Unmarshal([]byte("null"), &v))
	require.Equal(t, none, v)
	for _, bad := range []string{`[]`, `5`, `"x"`} {
		require.ErrorContains(t, json.Unmarshal([]byte(bad), &v), "must be a JSON object")
	}

	var value record.Value
	require.False(t, value.IsNull())
	require.Nil(t, value.JSON())
	require.Empty(t, value.String())
	require.ErrorIs(t, value.Decode(new(int)), record.ErrNoValue)
	_, err = value.Table()
	require.ErrorIs(t, err, record.ErrNoValue)
	_, err = json.Marshal(value)
	require.ErrorContains(t, err, "the zero Value can't be marshaled")
	require.Error(t, value.UnmarshalJSON([]byte("{")))
}

func TestValuesAll(t *testing.T) {
	v := values(t, `{ "z" : 1.50, "a":"x", "z":null, "m":{"q":[ ]} }`)
	var got []string
	for name, value := range v.All() {
		got = append(got, name+"="+string(value.JSON()))
	}
	require.Equal(t, []string{"z=1.50", `a="x"`, "z=null", `m={"q":[ ]}`}, got)
	require.Equal(t, 4, v.Len())
	for name := range v.All() {
		require.Equal(t, "z", name)
		break
	}
}

func TestValuesConcurrently(t *testing.T) {
	call := parse(t, inDetails(`"request_data":{"inputs":{"a":1,"b":2}}`))
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			_, _ = call.Inputs.Get("b")
			_ = call.Inputs.Len()
		})
	}
	readers.Wait()
	copied := *call
	require.Equal(t, 2, copied.Inputs.Len())
}

func TestValuesOfOddShape(t *testing.T) {
	call := parse(t, inDetails(`"request_data":{"inputs":[[1,2],[3,4]]},"response_data":{"outputs":"none"}`))
	require.Len(t, call.Problems(), 2)
	require.Zero(t, call.Inputs.Len())
	require.Equal(t, `[[1,2],[3,4]]`, string(call.Inputs.JSON()))
	var rows [][]int
	require.NoError(t, call.Inputs.Decode(&rows), "it can still be decoded")
	require.Equal(t, [][]int{{1, 2}, {3, 4}}, rows)
}

func TestValuesPrintAsJSON(t *testing.T) {
	call := parse(t, inDetails(`"request_data":{"inputs":{"Age":42.0}}`))
	require.Equal(t, `{"Age":42.0} {}`, fmt.Sprint(call.Inputs, call.Outputs))
}
