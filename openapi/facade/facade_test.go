package facade_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi"
	"github.com/sparkgo/spark-go/openapi/facade"
)

func TestParse(t *testing.T) {
	list, err := facade.Parse(openapi.Facade)
	require.NoError(t, err)
	require.NotEmpty(t, list)
	for text, fault := range map[string]string{
		"operations: {a: {}}":                                  "a must have either a method or a reason for its exemption",
		"operations: {a: {method: X.Y, exempt: because}}":      "a must have either a method or a reason for its exemption",
		"operations: {a: {method: X.Y, requests: misspelled}}": "field requests not found",
		"- a list": "read facade list",
	} {
		_, err := facade.Parse([]byte(text))
		require.ErrorContains(t, err, fault, text)
	}
}
