package record_test

import (
	"encoding/json"
	"testing"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
)

func TestCallMarshal(t *testing.T) {
	call := parse(t, `{"EngineCallId":"x","n":1.10,"n":0.1e-7}`)
	call.ID = "changed"
	data, err := json.Marshal(struct{ Call *record.Call }{call})
	require.NoError(t, err)
	require.Equal(t, `{"Call":{"EngineCallId":"x","n":1.10,"n":0.1e-7}}`, string(data))

	var decoded struct{ Call *record.Call }
	require.NoError(t, json.Unmarshal(data, &decoded))
	require.Equal(t, call.JSON(), decoded.Call.JSON())
	require.NoError(t, json.Unmarshal([]byte(`{"Call":null}`), &decoded))
	require.Nil(t, decoded.Call)

	var calls []record.Call
	require.ErrorContains(t, json.Unmarshal([]byte(`[{"Tenant":"t"},null]`), &calls), "the record is empty or null")

	_, err = json.Marshal(&record.Call{ID: "by hand"})
	require.ErrorContains(t, err, "not decoded from a record")
	require.Nil(t, (&record.Call{}).JSON())
	require.Nil(t, (&record.Call{}).Problems())
}
