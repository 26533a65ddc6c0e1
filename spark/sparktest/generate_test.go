package sparktest_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
	"github.com/stretchr/testify/require"
)

func TestGeneratedHistory(t *testing.T) {
	calls := sparktest.NewServer(t, sparktest.InMemory()).Calls()
	ids, users, purposes, sources, correlations, versions, layouts := set{}, set{}, set{}, set{}, set{}, set{}, set{}
	var warnings, errors, both, abridged, v4 int
	for _, call := range calls {
		ids.add(call.ID)
		users.add(call.User)
		purposes.add(call.Purpose)
		sources.add(call.SourceSystem)
		correlations.add(call.CorrelationID)
		versions.add(call.Version + " " + call.VersionID)
		layouts.add(call.TimeLayout)
		warnings += count(len(call.Warnings) > 0)
		errors += count(len(call.Errors) > 0)
		both += count(len(call.Warnings) > 0 && len(call.Errors) > 0)
		abridged += count(call.Abridged)
		v4 += count(call.APIVersion == "V4" && call.Index > 0)
		require.WithinRange(t, call.Time, date(2), date(7))
		require.True(t, json.Valid(call.Record()))
	}
	require.Len(t, ids, 60)
	require.Len(t, users, 3)
	require.Len(t, purposes, 3)
	require.Len(t, sources, 3)
	require.Len(t, correlations, 3)
	require.Len(t, versions, 2)
	require.Len(t, layouts, 4)
	require.Positive(t, warnings)
	require.Positive(t, errors)
	require.Positive(t, abridged)
	require.Positive(t, v4)
	require.Less(t, warnings+errors-both, len(calls)/2)
}

type set map[string]bool

func (s set) add(v string) { s[v] = true }

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func date(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC) }

func TestHistoryIsDeterministic(t *testing.T) {
	history := sparktest.History{Calls: 20, Seed: 7, Span: time.Hour, End: date(1)}
	require.Equal(t, sparktest.Generate(history), sparktest.Generate(history))
	require.NotEqual(t, sparktest.Generate(history), sparktest.Generate(sparktest.History{Calls: 20, Span: time.Hour, End: date(1)}))
	calls := sparktest.Generate(history)
	require.Equal(t, date(1).Add(-time.Hour), calls[0].Time.Truncate(time.Hour))
}

func TestServersAreDeterministic(t *testing.T) {
	fetch := func() (all [][]byte) {
		c := newClient(t, sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0)), goodKey)
		for _, call := range c.Calls() {
			all = append(all, call.Record())
		}
		_, csv := c.get(c.export("csv", gen.ExportFilter{}))
		_, files := unzip(t, csv)
		_, book := c.get(decode[string](t, c.succeed(c.getWorkbook("motor", "premium", c.Calls()[0].ID, nil)).ResponseData, "download_url"))
		return append(append(all, files...), book)
	}
	require.Equal(t, fetch(), fetch())
}

func TestOwnCalls(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.Service("f", "s",
		sparktest.Call{Inputs: json.RawMessage(`{"b": 1.10, "a": 9007199254740993}`), CalcTime: 25 * time.Millisecond},
		sparktest.Call{Raw: json.RawMessage(`{"EngineCallId":"x","Added":[1.0]}`)},
	))
	testfault.Records(s, true, false)
	calls := s.Calls()
	require.Equal(t, date(2), calls[0].Time)
	require.Equal(t, "f", calls[0].Folder)
	require.Equal(t, "V3", calls[0].APIVersion)

	c := newClient(t, s, goodToken)
	e := c.succeed(c.getCall(calls[0].ID, nil))
	require.Contains(t, string(e.ResponseData), `"inputs":{"b":1.10,"a":9007199254740993}`)
	require.EqualValues(t, 25, decode[int](t, e.ResponseData, "CalcTime"))
	e = c.succeed(c.getCall(calls[1].ID, nil))
	require.Equal(t, `{"EngineCallId":"x","Added":[1.0]}`, string(e.ResponseData))
}

func TestStartRefusesBadOptions(t *testing.T) {
	service := func(calls ...sparktest.Call) sparktest.Option { return sparktest.Service("f", "s", calls...) }
	tests := map[string]sparktest.Option{
		`call ID "x" is not a UUID`:               service(sparktest.Call{ID: "x"}),
		"inputs and outputs must be JSON objects": service(sparktest.Call{Inputs: json.RawMessage(`[]`)}),
		"Raw is not JSON":                         service(sparktest.Call{Raw: json.RawMessage(`{`)}),
		"Index is negative":                       service(sparktest.Call{Index: -1}),
		"number 0 is missing":                     service(sparktest.Call{Index: 1}),
		"number 1 is missing or there twice":      service(sparktest.Call{ID: noSuchID}, sparktest.Call{ID: noSuchID}),
		"folder and name must not be empty":       sparktest.Service("", "s"),
		"RecordsPerFile(0)":                       sparktest.RecordsPerFile(0),
		"listen tcp":                              sparktest.Listen("256.0.0.1:0", "127.0.0.1:0"),
	}
	for message, option := range tests {
		_, err := sparktest.Start(option)
		require.ErrorContains(t, err, message)
		require.ErrorContains(t, err, "sparktest: ")
	}
	_, err := sparktest.Start(service(), service())
	require.ErrorContains(t, err, "service f/s is given twice")
}
