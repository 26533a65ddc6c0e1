package record_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
)

// If an error has no message, whatever else the record says about it is shown.
func TestModelErrorsSayWhy(t *testing.T) {
	for message, says := range map[string]string{
		`{"message":"m","source_path":"A1","error_type":"MIN","additional_details":"d"}`:                                   "A1: m",
		`{"source_path":"age","additional_details":"\"age\" is too low","error_category":"VALIDATION","error_type":"MIN"}`: `age: "age" is too low (VALIDATION, MIN)`,
		`{"message":"","additional_details":"too low"}`:                                                                    "too low",
		`{"message":" ","additional_details":{"age":["too low","not whole"],"sum":["x"],"a":"b","n":{"is":1.10}}}`:         `age: too low, not whole; sum: x; a: b; n: {"is":1.10}`,
		`{"additional_details":["too low","x"],"error_type":"MIN"}`:                                                        "too low, x (MIN)",
		`{"additional_details":17}`:                                                    "17",
		`{"additional_details":[17]}`:                                                  "[17]",
		`{"additional_details":{},"error_type":"MIN"}`:                                 "MIN",
		`{"additional_details":"","error_category":"VALIDATION","error_type":"MIN"}`:   "VALIDATION, MIN",
		`{"source_path":"A1","additional_details":null,"error_category":"VALIDATION"}`: "A1: VALIDATION",
		`{"source_path":"A1","message":null}`:                                          "A1: no message",
		`{"message":" ","additional_details":""}`:                                      "no message",
		`"text"`: "text",
	} {
		call := parse(t, inDetails(`"response_data":{"errors":[`+message+`],"warnings":[`+message+`]}`))
		require.Equal(t, says, call.Errors[0].String(), message)
		require.Equal(t, says, call.Warnings[0].String(), message)
		require.Empty(t, call.Problems())
	}
}

func TestParseCallMessages(t *testing.T) {
	for _, test := range []struct {
		json     string
		want     []record.ModelError
		problems int
	}{
		{`null`, nil, 0},
		{`""`, nil, 0},
		{`[]`, nil, 0},
		{`{}`, nil, 0},
		{`[null]`, nil, 0},
		{`"went wrong"`, []record.ModelError{{Message: "went wrong"}}, 0},
		{`["a","b\n"]`, []record.ModelError{{Message: "a"}, {Message: "b\n"}}, 0},
		{`{"message":"m","error_type":"t"}`, []record.ModelError{{Message: "m", Type: "t"}}, 0},
		{
			`[{"message":"m","source_path":"A1","error_category":"c","error_type":4,"additional_details":"more"}]`,
			[]record.ModelError{{Message: "m", SourcePath: "A1", Category: "c", Type: "4", AdditionalDetails: json.RawMessage(`"more"`)}}, 0,
		},
		{`[{"message":null,"additional_details":null}]`, []record.ModelError{{}}, 0},
		{`[{"Message":"other case"}]`, []record.ModelError{{Message: `{"Message":"other case"}`}}, 1},
		{`[{"message":["x"]}]`, []record.ModelError{{Message: `["x"]`}}, 1},
		{`17`, []record.ModelError{{Message: `17`}}, 1},
		{`[["nested"],false]`, []record.ModelError{{Message: `["nested"]`}, {Message: `false`}}, 2},
	} {
		call := parse(t, inDetails(`"response_data":{"errors":`+test.json+`,"warnings":`+test.json+`}`))
		require.Equal(t, test.want, call.Errors, test.json)
		require.Len(t, call.Warnings, len(test.want))
		for i, warning := range call.Warnings {
			require.Equal(t, record.ModelWarning{SourcePath: test.want[i].SourcePath, Message: test.want[i].Message}, warning)
		}
		require.Len(t, call.Problems(), 2*test.problems, test.json)
	}
	call := parse(t, inDetails(`"response_data":{"errors":[null,{"message":7},{"message":true}]}`))
	require.Equal(t, []record.Problem{{
		Path: "$.EngineDetails.response_data.errors[2].message", Raw: "true", Reason: "expected a string, found a boolean",
	}}, call.Problems())
}

func TestModelMessagesString(t *testing.T) {
	call := parse(t, inDetails(`"response_data":{"warnings":[{"source_path":"Sheet1!B2","message":"rounded"}],"errors":["wrong"]}`))
	require.Equal(t, "[Sheet1!B2: rounded] [wrong]", fmt.Sprint(call.Warnings, call.Errors))
}
