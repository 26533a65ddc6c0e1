package record_test

import (
	"testing"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
)

func TestProblemString(t *testing.T) {
	call := parse(t, `{"CalcTime":"secret"}`)
	require.Equal(t, "$.CalcTime: not a number of milliseconds", call.Problems()[0].String())
	row := record.Problem{Path: "Log Time", Reason: "odd", File: "a.csv", Line: 3, Column: 2}
	require.Equal(t, "a.csv: line 3, column 2 (Log Time): odd", row.String())
}
