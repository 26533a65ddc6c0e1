package compare_test

import (
	"fmt"
	"iter"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/compare"
	"github.com/sparkgo/spark-go/spark/record"
)

// testCall describes a call.
type testCall struct {
	id, correlation, inputs, outputs string
}

func (c testCall) json() string {
	return fmt.Sprintf(`{"EngineCallId":%q,"EngineDetails":{"request_data":{"inputs":{%s}},"response_data":{"outputs":{%s}},"response_meta":{"correlation_id":%q}}}`,
		c.id, c.inputs, c.outputs, c.correlation)
}

// calls returns a stream of calls, as of an archive.
func calls(records ...testCall) iter.Seq2[*record.Call, error] {
	var texts []string
	for _, r := range records {
		texts = append(texts, r.json())
	}
	return read("[" + strings.Join(texts, ",") + "]")
}

// read returns the calls of a JSON file. They can be read more than once.
func read(text string) iter.Seq2[*record.Call, error] {
	return func(yield func(*record.Call, error) bool) { record.ReadCalls(strings.NewReader(text))(yield) }
}

// matched compares two streams and returns a line for each pair.
func matched(t *testing.T, a, b iter.Seq2[*record.Call, error], key compare.Key) []string {
	var lines []string
	for pair, err := range compare.Pairs(a, b, key, compare.Options{}) {
		require.NoError(t, err)
		line := ""
		if pair.A != nil {
			line = pair.A.ID + string(pair.A.Outputs.JSON())
		}
		line += " | "
		if pair.B != nil {
			line += pair.B.ID
		}
		if pair.Diff != nil && !pair.Diff.Empty() {
			line += " differ"
		}
		require.Equal(t, pair.A != nil && pair.B != nil, pair.Diff != nil)
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

func TestPairs(t *testing.T) {
	a := calls(
		testCall{id: "1", outputs: `"n":1`},
		testCall{id: "v4", outputs: `"n":1`}, testCall{id: "v4", outputs: `"n":2`}, testCall{id: "v4", outputs: `"n":3`},
		testCall{id: "gone", outputs: `"n":1`}, testCall{outputs: `"n":1`},
	)
	b := calls(
		testCall{id: "new"}, testCall{id: "v4", outputs: `"n":1.0`}, testCall{outputs: `"n":1`}, testCall{id: "v4", outputs: `"n":5`}, testCall{id: "1"},
	)
	want := []string{
		`| new`, `v4{"n":1} | v4`, `|`, `v4{"n":2} | v4 differ`, `1{"n":1} | 1 differ`, // in the order of B
		`v4{"n":3} |`, `gone{"n":1} |`, `{"n":1} |`, // in the order of A
	}
	require.Equal(t, want, matched(t, a, b, compare.ByID))
	require.Equal(t, want, matched(t, a, b, nil))
	require.Empty(t, matched(t, calls(), calls(), compare.ByID))
	require.Equal(t, []string{`1{"n":1} |`}, matched(t, calls(testCall{id: "1", outputs: `"n":1`}), calls(), compare.ByID))
}

func TestPairsByInputs(t *testing.T) {
	a := calls(
		testCall{id: "a1", inputs: `"Age":42,"Sum":1e5,"Cover":[{"Code":"X","Share":0.10}],"Name":"Zoë"`},
		testCall{id: "a2", inputs: `"Age":43`}, testCall{id: "a3", inputs: `"Age":"43"`}, testCall{id: "a4"}, testCall{id: "a5", inputs: `"Age":null`},
		testCall{id: "a6", inputs: `"Age":1e99999999999999999999`},
	)
	b := calls(
		testCall{id: "b1", inputs: `"Name":"Zo\u00eb","Sum":100000,"Cover":[{"Share":0.1,"Code":"X"}],"Age":42.0`},
		testCall{id: "b2", inputs: `"Age":"43"`}, testCall{id: "b3", inputs: `"Age":43`}, testCall{id: "b4", inputs: `"Age":null`}, testCall{id: "b5"},
		testCall{id: "b6", inputs: `"Age":1e99999999999999999999`},
	)
	var got []string
	for pair, err := range compare.Pairs(a, b, compare.ByInputs, compare.Options{}) {
		require.NoError(t, err)
		got = append(got, pair.A.ID+pair.B.ID)
	}
	require.Equal(t, []string{"a1b1", "a3b2", "a2b3", "a5b4", "a4b5", "a6b6"}, got)
}

func TestPairsByOtherKeys(t *testing.T) {
	a := calls(testCall{id: "a1", correlation: "x", inputs: `"Policy":"P-1"`}, testCall{id: "a2", inputs: `"Policy":"P-2"`})
	b := calls(testCall{id: "b1", inputs: `"Policy":"P-1"`}, testCall{id: "b2", correlation: "x", inputs: `"Policy":"P-2"`})
	require.Equal(t, []string{"| b1", "a1{} | b2 differ", "a2{} |"}, matched(t, a, b, compare.ByCorrelationID))
	policy := func(c *record.Call) string { number, _ := c.Inputs.Get("Policy"); return number.String() }
	require.Equal(t, []string{"a1{} | b1 differ", "a2{} | b2 differ"}, matched(t, a, b, policy))
}

func TestPairsErrors(t *testing.T) {
	broken := read(`[{"EngineCallId":"1"},5,{"EngineCallId":"2"}]`)
	var got []string
	for pair, err := range compare.Pairs(broken, broken, compare.ByID, compare.Options{}) {
		if err != nil {
			var at *record.ReadError
			require.ErrorAs(t, err, &at)
			got = append(got, err.Error())
			continue
		}
		got = append(got, pair.A.ID+pair.B.ID)
	}
	read := "read record 2 at byte 22: expected a record (a JSON object), found a number"
	require.Equal(t, []string{"calls of A: " + read, "11", "calls of B: " + read, "22"}, got)

	report, err := compare.Archives(broken, calls(), compare.ByID, compare.Options{})
	require.ErrorContains(t, err, "calls of A: read record 2")
	require.Nil(t, report, "a partial report could be mistaken for a complete one")
	_, err = compare.Archives(calls(), broken, compare.ByID, compare.Options{})
	require.ErrorContains(t, err, "calls of B: read record 2")

	byHand := func(yield func(*record.Call, error) bool) { yield(&record.Call{ID: "by hand"}, nil) }
	_, err = compare.Archives(byHand, calls(), compare.ByID, compare.Options{})
	require.ErrorContains(t, err, "store a call of A: a Call that was not decoded from a record")

	t.Setenv("TMPDIR", t.TempDir()+"/none")
	_, err = compare.Archives(calls(), calls(), compare.ByID, compare.Options{})
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "set TMPDIR to a directory with more space")
}
