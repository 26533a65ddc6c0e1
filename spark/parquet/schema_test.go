package parquet_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sparkgo/spark-go/spark/parquet"
)

func learnt(t require.TestingT, inputs ...string) *parquet.Schema {
	schema := new(parquet.Schema)
	for call := range callsWith(t, inputs...) {
		schema.Learn(call)
	}
	return schema
}

// Merged schemas are the same as one schema that has learnt from all calls.
func TestMergedSchemas(t *testing.T) {
	object := rapid.StringMatching(`\{"a":(1|0\.5|"s"|null|0\.100000000000000001|\[\]),"(b|B|c)":(true|-7|"x"|1e400)\}`)
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.SliceOfN(object, 0, 4).Draw(t, "first")
		second := rapid.SliceOfN(object, 0, 4).Draw(t, "second")
		merged := learnt(t, first...)
		merged.Merge(learnt(t, second...))
		all := append(first, second...)
		want, err := json.Marshal(learnt(t, all...))
		require.NoError(t, err)
		got, err := json.Marshal(merged)
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(got))

		var decoded parquet.Schema
		require.NoError(t, json.Unmarshal(got, &decoded))
		var one, other bytes.Buffer
		require.NoError(t, merged.Write(&one, callsWith(t, all...)))
		require.NoError(t, decoded.Write(&other, callsWith(t, all...)))
		require.Equal(t, one.Bytes(), other.Bytes())
		require.True(t, decoded.Equal(merged))
	})
}

func TestInvalidSchemaJSON(t *testing.T) {
	require.Error(t, new(parquet.Schema).UnmarshalJSON([]byte(`{`)))
}

func TestEqualSchemas(t *testing.T) {
	for _, c := range []struct {
		earlier, later string
		same           bool
	}{
		{`{"a":1}`, `{"a":2}`, true},
		{`{"a":1}`, `{"b":null}`, true},
		{`{"a":0.5}`, `{"a":1}`, true},
		{`{"a":0.10000000000000001}`, `{"a":12345.5}`, true},
		{`{"a":1}`, `{"b":2}`, false},
		{`{"a":null}`, `{"a":2}`, false},
		{`{"a":1}`, `{"a":0.5}`, false},
		{`{"a":"x"}`, `{"a":1}`, false},
		{`{"a":0.10000000000000001}`, `{"a":0.100000000000000001}`, false},
	} {
		require.Equal(t, c.same, learnt(t, c.earlier, c.later).Equal(learnt(t, c.earlier)), "%s, then %s", c.earlier, c.later)
	}
}
