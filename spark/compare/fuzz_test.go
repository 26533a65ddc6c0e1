package compare_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/compare"
	"github.com/sparkgo/spark-go/spark/record"
)

// Whatever two records hold, comparing them ends, a record is equal to itself, and
// what differs can be printed.
func FuzzCalls(f *testing.F) {
	f.Add([]byte(`{"P":1.0,"T":[{"Y":1},{"Y":2}]}`), []byte(`{"P":1e0,"T":[{"Y":2},{"Y":3}]}`))
	f.Add([]byte(`[[1,2],[3],null,{"":"\ud800"}]`), []byte("[[2,1],[3,4],\"\xff\",-0.0e-5]"))
	f.Add([]byte(`{"a":1,"a":{"b":2}}`), []byte(` { "a" : { "b" : 2 } } `))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if !json.Valid(a) || !json.Valid(b) {
			t.Skip()
		}
		before, err := record.ParseCall([]byte(`{"EngineDetails":{"response_data":{"outputs":` + string(a) + `}}}`))
		require.NoError(t, err)
		after, err := record.ParseCall([]byte(`{"EngineDetails":{"response_data":{"outputs":` + string(b) + `}}}`))
		require.NoError(t, err)
		require.Empty(t, compare.Calls(before, before, compare.Options{}).Changes)
		there := compare.Calls(before, after, compare.Options{})
		back := compare.Calls(after, before, compare.Options{})
		require.Len(t, back.Changes, len(there.Changes))
		require.Equal(t, there.Empty(), there.String() == "")
		_, err = json.Marshal(there)
		require.NoError(t, err)
		require.NotEmpty(t, compare.ByInputs(before))
	})
}
