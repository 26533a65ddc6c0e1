package spark_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

func TestDate(t *testing.T) {
	date, err := spark.ParseDate(" 2026-03-01 ")
	require.NoError(t, err)
	require.Equal(t, spark.Date{Year: 2026, Month: 3, Day: 1}, date)
	encoded, err := json.Marshal(map[string]spark.Date{"day": date, "none": {}})
	require.NoError(t, err)
	require.JSONEq(t, `{"day":"2026-03-01","none":""}`, string(encoded))
	var decoded map[string]spark.Date
	require.NoError(t, json.Unmarshal(encoded, &decoded))
	require.Equal(t, map[string]spark.Date{"day": date, "none": {}}, decoded)
	for _, bad := range []string{"", "2026-02-30", "01.03.2026", "2026-3-1", "2026-03-01T00:00:00Z"} {
		_, err := spark.ParseDate(bad)
		require.ErrorIs(t, err, spark.ErrInvalidArgument, bad)
	}
}
