package record_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever a record says about an error is shown where it has no message.
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
