package sparktest_test

import (
	"bytes"
	"encoding/csv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/sparktest"
	"github.com/stretchr/testify/require"
)

// filtered is a history in which each filter separates some calls from others.
func filtered() sparktest.Option {
	day := func(d, hour int) time.Time { return time.Date(2026, 3, d, hour, 0, 0, 0, time.UTC) }
	return sparktest.Service("f", "s",
		sparktest.Call{ID: namedID(0), Time: day(1, 0), User: "ada", Purpose: "Quote"},
		sparktest.Call{ID: namedID(1), Time: day(1, 23), User: "ben", Warnings: []sparktest.Message{{Text: "w"}}},
		sparktest.Call{ID: namedID(2), Time: day(2, 0), CorrelationID: "batch", Errors: []sparktest.Message{{Text: "e"}}},
		sparktest.Call{ID: namedID(3), Time: day(2, 12), CorrelationID: "batch", SourceSystem: "Portal", Version: "2.0.0"},
	)
}

func namedID(i int) string { return uuid.NewSHA1(uuid.Nil, []byte{byte(i)}).String() }

func TestFilters(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0), filtered())
	calls := s.Calls()
	tests := map[string]struct {
		filter gen.ExportFilter
		want   []int
	}{
		"none":                      {gen.ExportFilter{}, []int{0, 1, 2, 3}},
		"from a date":               {gen.ExportFilter{StartDate: ptr("2026-03-02")}, []int{2, 3}},
		"from a time, inside":       {gen.ExportFilter{StartDate: ptr("2026-03-01T23:00:00Z")}, []int{1, 2, 3}},
		"from a time with a zone":   {gen.ExportFilter{StartDate: ptr("2026-03-02T01:00:00+01:00")}, []int{2, 3}},
		"until a date, all of it":   {gen.ExportFilter{EndDate: ptr("2026-03-01")}, []int{0, 1}},
		"until a time, inside":      {gen.ExportFilter{EndDate: ptr("2026-03-02T00:00:00Z")}, []int{0, 1, 2}},
		"one day":                   {gen.ExportFilter{StartDate: ptr("2026-03-02"), EndDate: ptr("2026-03-02")}, []int{2, 3}},
		"call IDs":                  {gen.ExportFilter{CallIds: []string{namedID(3), namedID(0), noSuchID}}, []int{0, 3}},
		"a correlation ID":          {gen.ExportFilter{CallIds: []string{"batch"}}, []int{2, 3}},
		"a source system":           {gen.ExportFilter{CallIds: []string{"Portal"}}, []int{3}},
		"two correlation IDs":       {gen.ExportFilter{CallIds: []string{"batch", "Portal"}}, nil},
		"purpose":                   {gen.ExportFilter{Callpurpose: ptr("Quote")}, []int{0}},
		"user":                      {gen.ExportFilter{UserName: ptr("ben")}, []int{1}},
		"with warnings":             {gen.ExportFilter{HasWarnings: ptr(true)}, []int{1}},
		"without warnings":          {gen.ExportFilter{HasWarnings: ptr(false)}, []int{0, 2, 3}},
		"with errors":               {gen.ExportFilter{HasErrors: ptr(true)}, []int{2}},
		"without errors":            {gen.ExportFilter{HasErrors: ptr(false)}, []int{0, 1, 3}},
		"several filters":           {gen.ExportFilter{StartDate: ptr("2026-03-02"), HasErrors: ptr(false)}, []int{3}},
		"a filter that finds none":  {gen.ExportFilter{UserName: ptr("nobody")}, nil},
		"an empty list of call IDs": {gen.ExportFilter{CallIds: []string{}}, []int{0, 1, 2, 3}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var want, got []string
			for _, i := range test.want {
				want = append(want, calls[i].ID)
			}
			for _, r := range newClient(t, s, goodToken).exportRecords(test.filter) {
				got = append(got, r.EngineCallId)
			}
			require.Equal(t, want, got)
		})
	}
}

func TestVersionFilter(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0), filtered())
	c := newClient(t, s, goodToken)
	version := uuid.MustParse(s.Calls()[3].VersionID)
	started := c.succeed(c.start("json", gen.ExportCSVRequest{RequestMeta: &gen.ExportMeta{VersionID: &version}}))
	status := c.succeed(c.status("json", decode[string](t, started.ResponseData, "job_id")))
	_, data := c.get(decode[string](t, status.ResponseData, "download_url"))
	_, files := unzip(t, data)
	require.Len(t, files, 1)
	require.Contains(t, string(files[0]), namedID(3))
	require.NotContains(t, string(files[0]), namedID(0))
}

func TestEmptyExport(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0), sparktest.Service("f", "s"))
	c := newClient(t, s, goodToken)
	_, data := c.get(c.export("json", gen.ExportFilter{}))
	names, files := unzip(t, data)
	require.Equal(t, []string{"s_1.json"}, names)
	require.Equal(t, "[]", string(files[0]))

	_, data = c.get(c.export("csv", gen.ExportFilter{}))
	_, files = unzip(t, data)
	rows, err := csv.NewReader(bytes.NewReader(files[0])).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1, "a header only")
}

func TestTimezoneOffset(t *testing.T) {
	at := time.Date(2026, 3, 1, 22, 15, 30, 123456000, time.UTC)
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0), sparktest.Service("f", "s", sparktest.Call{Time: at}))
	c := newClient(t, s, goodToken)

	records := c.exportRecords(gen.ExportFilter{TimezoneOffset: ptr(8)})
	require.Equal(t, "2026-03-02T06:15:30.123456", records[0].LogTime)
	records = c.exportRecords(gen.ExportFilter{})
	require.Equal(t, "2026-03-01T22:15:30.123456", records[0].LogTime)

	_, data := c.get(c.export("csv", gen.ExportFilter{TimezoneOffset: ptr(-5)}))
	_, files := unzip(t, data)
	require.Contains(t, string(files[0]), "2026-03-01T17:15:30-05:00")
}
