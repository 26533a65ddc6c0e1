package compare_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/compare"
)

func TestDiffJSON(t *testing.T) {
	diff := compare.Calls(withOutputs(t, `{"P":1.10,"Q":null,"R":"<&>"}`), withOutputs(t, `{"P":2.100,"S":null,"R":"x"}`), compare.Options{})
	data, err := json.Marshal(diff)
	require.NoError(t, err)
	require.JSONEq(t, `{"a":{"id":""},"b":{"id":""},"changes":[
		{"section":"outputs","path":"P","field":"P","kind":"changed","a":1.10,"b":2.100,"delta":1},
		{"section":"outputs","path":"Q","field":"Q","kind":"removed","a":null},
		{"section":"outputs","path":"R","field":"R","kind":"changed","a":"<&>","b":"x"},
		{"section":"outputs","path":"S","field":"S","kind":"added","b":null}]}`, string(data))
	require.Contains(t, string(data), `"a":1.10,"b":2.100,"delta":1`, "every digit is kept")

	data, err = json.Marshal(compare.Calls(withOutputs(t, `{}`), withOutputs(t, `{}`), compare.Options{}))
	require.NoError(t, err)
	require.JSONEq(t, `{"a":{"id":""},"b":{"id":""},"changes":[]}`, string(data))
}
