package parquet_test

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"math/big"
	"slices"
	"strings"
	"testing"

	format "github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sparkgo/spark-go/spark/parquet"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestTypesHoldAllValuesExactly(t *testing.T) {
	for _, c := range []struct {
		values []string
		typed  string
		want   []string // "" is null
	}{
		{[]string{`true`, `null`, `false`}, "BOOLEAN", []string{"true", "", "false"}},
		{[]string{`"a"`, `""`, `"é\n"`}, "STRING", []string{"a", "", "é\n"}},
		{[]string{`0`, `-12`, `9223372036854775807`, `-9223372036854775808`}, "INT(64,true)", []string{"0", "-12", "9223372036854775807", "-9223372036854775808"}},
		{[]string{`1e3`, `2.0`, `1200e-2`}, "INT(64,true)", []string{"1000", "2", "12"}},
		{[]string{`0.1`, `1`, `-2.5e-7`, `1e300`}, "DOUBLE", []string{"0.1", "1", "-2.5e-07", "1e+300"}},
		{[]string{`-0`, `1`}, "DOUBLE", []string{"-0", "1"}},
		{[]string{`9223372036854775808`}, "DECIMAL(38,0)", []string{"9223372036854775808"}},
		{[]string{`0.10000000000000001`, `3`}, "DECIMAL(38,17)", []string{"0.10000000000000001", "3.00000000000000000"}},
		{[]string{`9007199254740993`, `0.5`}, "DECIMAL(38,1)", []string{"9007199254740993.0", "0.5"}},
		{[]string{`-12345678901234567890.123456789012345678`}, "DECIMAL(38,18)", []string{"-12345678901234567890.123456789012345678"}},
		{[]string{`123456789012345678901234567890.123456789`}, "STRING", []string{"123456789012345678901234567890.123456789"}},
		{[]string{`1e999`, `1E-999999999999999999999`}, "STRING", []string{"1e999", "1E-999999999999999999999"}},
		{[]string{`1`, `"n/a"`, `null`}, "JSON", []string{"1", `"n/a"`, ""}},
		{[]string{`[]`, `[{"a":1.10}]`}, "JSON", []string{"[]", `[{"a":1.10}]`}},
		{[]string{`{"a":null}`, `7`}, "JSON", []string{`{"a":null}`, "7"}},
	} {
		t.Run(c.typed+" "+c.values[0], func(t *testing.T) {
			var inputs []string
			for _, value := range c.values {
				inputs = append(inputs, `{"x":`+value+`}`)
			}
			got := written(t, callsWith(t, append(inputs, `{}`)...))
			require.Equal(t, c.typed, got.types["input_x"])
			for i, want := range c.want {
				value, ok := got.rows[i]["input_x"]
				require.Equal(t, want, value)
				require.Equal(t, c.values[i] != "null", ok)
			}
			require.NotContains(t, got.rows[len(c.want)], "input_x")
		})
	}
}

// Any numbers of a column can be read back to the last digit.
func TestNumbersKeepAllDigits(t *testing.T) {
	digits := rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?`)
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfN(digits, 1, 5).Draw(t, "numbers")
		var inputs []string
		for _, number := range numbers {
			inputs = append(inputs, `{"x":`+number+`}`)
		}
		got := written(t, callsWith(t, inputs...))
		for i, number := range numbers {
			want, ok := new(big.Rat).SetString(number)
			require.True(t, ok)
			value, ok := new(big.Rat).SetString(got.rows[i]["input_x"])
			require.True(t, ok)
			require.Zero(t, want.Cmp(value), "%s became %s in a column of %s", number, got.rows[i]["input_x"], got.types["input_x"])
		}
	})
}

func TestNames(t *testing.T) {
	got := written(t, callsWith(t,
		`{"Age":1,"AGE":2,"age":"3","a b":4,"a_b":5,"a.b":6,"":7,"日本":8,"Age_2":9,"never":null}`,
		`{"Age":1,"Age":10}`))
	var names []string
	for _, name := range got.names {
		if strings.HasPrefix(name, "input_") {
			names = append(names, name)
		}
	}
	require.Equal(t, []string{"input_Age", "input_AGE_2", "input_age_3", "input_a b", "input_a_b", "input_a.b", "input_", "input_日本", "input_Age_2_2"}, names)
	require.Equal(t, "3", got.rows[0]["input_age_3"])
	require.Equal(t, "9", got.rows[0]["input_Age_2_2"])
	require.Equal(t, "10", got.rows[1]["input_Age"]) // the last of several counts
	require.Equal(t, "call_id", got.names[0])
}

func TestNoCalls(t *testing.T) {
	got := written(t, callsWith(t))
	require.Empty(t, got.rows)
	require.Contains(t, got.names, "log_time")
}

func TestErrorsEndTheFile(t *testing.T) {
	broken := errors.New("broken")
	var calls iter.Seq2[*record.Call, error] = func(yield func(*record.Call, error) bool) { yield(nil, broken) }
	require.ErrorIs(t, parquet.Write(&bytes.Buffer{}, calls), broken)
	require.ErrorIs(t, new(parquet.Schema).Write(&bytes.Buffer{}, calls), broken)
	require.ErrorIs(t, parquet.Write(failing{broken}, callsWith(t, `{"x":1}`)), broken)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestValuesThatDoNotFitTheSchema(t *testing.T) {
	for learnt, written := range map[string]string{
		`{}`: `{"x":1}`, `{"x":null}`: `{"x":1}`, `{"x":1}`: `{"x":"1"}`, `{"x":2}`: `{"x":0.5}`, `{"x":0.5}`: `{"x":0.50000000000000000001}`,
		`{"x":0.10000000000000001}`: `{"x":0.100000000000000001}`, `{"x":true}`: `{"x":1}`, `{"x":"a"}`: `{"x":[]}`, `{"x":1e999}`: `{"x":true}`,
	} {
		var schema parquet.Schema
		for call := range callsWith(t, learnt) {
			schema.Learn(call)
		}
		err := schema.Write(&bytes.Buffer{}, callsWith(t, written))
		require.ErrorContains(t, err, `input "x" doesn't fit the schema`, "%s after %s", written, learnt)
	}
}

// The rows of a group are in memory until it is complete, so there is a limit.
func TestLargeFilesHaveSeveralRowGroups(t *testing.T) {
	parquet.GroupBytes(t, 6400)
	var calls []*record.Call
	for call := range callsWith(t, fmt.Sprintf(`{"x":%q}`, strings.Repeat("0123456789", 100))) {
		calls = slices.Repeat([]*record.Call{call}, 8)
	}
	var file bytes.Buffer
	require.NoError(t, parquet.Write(&file, each(calls)))
	opened, err := format.OpenFile(bytes.NewReader(file.Bytes()), int64(file.Len()))
	require.NoError(t, err)
	groups := opened.RowGroups()
	require.Len(t, groups, 2)
	require.EqualValues(t, []int64{5, 3}, []int64{groups[0].NumRows(), groups[1].NumRows()})
}

func BenchmarkWrite(b *testing.B) {
	var calls []*record.Call
	size := 0
	for _, call := range sparktest.Generate(sparktest.History{Calls: 5000}) {
		call.TimeLayout = "2006-01-02T15:04:05.000000"
		text := call.Record()
		parsed, err := record.ParseCall(text)
		require.NoError(b, err)
		calls, size = append(calls, parsed), size+len(text)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	var written counter
	for b.Loop() {
		written = 0
		require.NoError(b, parquet.Write(&written, each(calls)))
	}
	b.ReportMetric(float64(written)/float64(len(calls)), "B/call")
	b.ReportMetric(float64(len(calls))*float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
