package spark_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/contract"
)

// bodyOf returns the request body of a filter, checked against the document.
func bodyOf(t *testing.T, format spark.Format, filter spark.Filter) (string, error) {
	t.Helper()
	w := apiWorld(t, respondData(`{"job_id":"`+anyCallID+`"}`))
	transport := contract.Transport(apiOrigin, w, func(err error) { t.Errorf("contract: %v", err) })
	client := w.bearer(spark.WithHTTPClient(&http.Client{Transport: transport}))
	_, err := client.Service("f", "s").StartExport(t.Context(), format, filter)
	if err != nil {
		require.Empty(t, w.requests(apiOrigin))
		return "", err
	}
	body, err := io.ReadAll(w.requests(apiOrigin)[0].Body)
	require.NoError(t, err)
	require.True(t, json.Valid(body))
	return string(body), nil
}

func TestFilterRequestBody(t *testing.T) {
	zone := time.FixedZone("", 2*3600)
	for name, test := range map[string]struct {
		filter spark.Filter
		want   string
	}{
		"nothing":        {spark.Filter{}, `{"request_data":{}}`},
		"instants":       {spark.Filter{From: time.Date(2026, 3, 1, 1, 30, 0, 123456789, zone), To: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)}, `{"request_data":{"start_date":"2026-02-28T23:30:00.123456789Z","end_date":"2026-03-02T00:00:00.000Z"}}`},
		"dates":          {spark.Filter{FromDate: spark.Date{Year: 2026, Month: 3, Day: 1}, ToDate: spark.Date{Year: 2026, Month: 3, Day: 1}}, `{"request_data":{"start_date":"2026-03-01","end_date":"2026-03-01"}}`},
		"date, instant":  {spark.Filter{FromDate: spark.Date{Year: 2026, Month: 3, Day: 1}, To: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}, `{"request_data":{"start_date":"2026-03-01","end_date":"2026-03-01T00:00:00.000Z"}}`},
		"calls":          {spark.Filter{CallIDs: []string{anyCallID, anyCallID}}, `{"request_data":{"call_ids":["` + anyCallID + `","` + anyCallID + `"]}}`},
		"correlation ID": {spark.Filter{CorrelationID: "c 1"}, `{"request_data":{"call_ids":["c 1"]}}`},
		"source system":  {spark.Filter{SourceSystem: "SPARK"}, `{"request_data":{"call_ids":["SPARK"]}}`},
		"purpose, user":  {spark.Filter{Purpose: "Spark - API Tester", User: "a@b.c"}, `{"request_data":{"callpurpose":"Spark - API Tester","userName":"a@b.c"}}`},
		"version":        {spark.Filter{VersionID: anyCallID}, `{"request_data":{},"request_meta":{"version_id":"` + anyCallID + `"}}`},
		"only":           {spark.Filter{HasErrors: spark.Yes, HasWarnings: spark.No}, `{"request_data":{"has_errors":true,"has_warnings":false}}`},
		"offset":         {spark.Filter{TimezoneOffset: -5}, `{"request_data":{"timezone_offset":-5}}`},
	} {
		for _, format := range []spark.Format{spark.FormatJSON, spark.FormatCSV} {
			t.Run(name+" "+string(format), func(t *testing.T) {
				body, err := bodyOf(t, format, test.filter)
				require.NoError(t, err)
				require.JSONEq(t, test.want, body)
			})
		}
	}
}

func TestFilterRefusesBadInputBeforeSending(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	date := spark.DateOf(noon)
	for name, filter := range map[string]spark.Filter{
		"end before start":           {From: noon, To: noon.Add(-time.Nanosecond)},
		"end date before start date": {FromDate: date, ToDate: spark.Date{Year: 2026, Month: 2, Day: 28}},
		"end date before start":      {From: noon, ToDate: spark.Date{Year: 2026, Month: 2, Day: 28}},
		"two starts":                 {From: noon, FromDate: date},
		"two ends":                   {To: noon, ToDate: date},
		"no such day":                {FromDate: spark.Date{Year: 2026, Month: 2, Day: 30}},
		"half a date":                {ToDate: spark.Date{Year: 2026}},
		"year 10000":                 {From: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
		"calls and correlation ID":   {CallIDs: []string{anyCallID}, CorrelationID: "c"},
		"calls and source system":    {CallIDs: []string{anyCallID}, SourceSystem: "s"},
		"correlation ID and system":  {CorrelationID: "c", SourceSystem: "s"},
		"malformed call ID":          {CallIDs: []string{anyCallID, "x"}},
		"empty call ID":              {CallIDs: []string{""}},
		"too many call IDs":          {CallIDs: make([]string, 10_001)},
		"blank user":                 {User: "  "},
		"blank purpose":              {Purpose: "\t"},
		"malformed version ID":       {VersionID: "1.2.3"},
		"offset of 15 hours":         {TimezoneOffset: 15},
		"offset of minus 13 hours":   {TimezoneOffset: -13},
		"presence out of range":      {HasErrors: 3},
		"presence below its range":   {HasWarnings: -1},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, filter.Validate(), spark.ErrInvalidArgument)
			_, err := bodyOf(t, spark.FormatJSON, filter)
			require.ErrorIs(t, err, spark.ErrInvalidArgument)
			require.NotContains(t, err.Error(), "\n")
		})
	}
	_, err := bodyOf(t, "xml", spark.Filter{})
	require.ErrorIs(t, err, spark.ErrInvalidArgument)
	_, err = bodyOf(t, "", spark.Filter{})
	require.ErrorIs(t, err, spark.ErrInvalidArgument)
	require.NoError(t, spark.Filter{From: noon, To: noon}.Validate())
	require.NoError(t, spark.Filter{From: noon, ToDate: date}.Validate())
}
