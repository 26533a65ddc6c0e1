package sparktest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
	"github.com/stretchr/testify/require"
)

// Clients in other languages write some requests otherwise than the document
// says, and get responses from the platform all the same.

func TestExportsAsOtherClientsAskForThem(t *testing.T) {
	var found violations
	s := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0), found.option(), filtered())
	c := newUncheckedClient(t, s, goodToken, s.Transport())
	tests := map[string]struct {
		body, want string // what the log times of the export begin with
		violation  bool
	}{
		"everything left out":        {`{"request_data":{"call_ids":[],"timezone_offset":null},"request_meta":{"version_id":null}}`, "2026-03-01T00 2026-03-01T23 2026-03-02T00 2026-03-02T12", true},
		"all null":                   {`{"request_data":null,"request_meta":null}`, "2026-03-01T00 2026-03-01T23 2026-03-02T00 2026-03-02T12", true},
		"null among call IDs":        {`{"request_data":{"call_ids":[null,"Portal"]}}`, "2026-03-02T12", false},
		"a time with milliseconds":   {`{"request_data":{"start_date":"2026-03-02T00:00:00.001Z"}}`, "2026-03-02T12", false},
		"a time without a zone":      {`{"request_data":{"start_date":"2026-03-01T23:00:00","end_date":"2026-03-02T00:00:00"}}`, "2026-03-01T23 2026-03-02T00", true},
		"microseconds without one":   {`{"request_data":{"start_date":"2026-03-02T00:00:00.000001"}}`, "2026-03-02T12", true},
		"the offset as a text":       {`{"request_data":{"timezone_offset": "-2","userName":"ada"}}`, "2026-02-28T22", true},
		"the offset's name in texts": {`{"request_data":{"callpurpose":"\"timezone_offset\":\"8\""}}`, "", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before := len(found.list)
			path := s.BaseURL + "/api/v3/folders/f/services/s/log/downloadjson"
			code, started := c.send(http.MethodPost, path, test.body)
			require.Equal(t, http.StatusOK, code, "%+v", started.Error)
			require.Equal(t, test.violation, len(found.list) > before)
			_, status := c.send(http.MethodGet, path+"/status/"+decode[string](t, started.ResponseData, "job_id"), "")
			_, data := c.get(decode[string](t, status.ResponseData, "download_url"))
			require.Equal(t, test.want, strings.Join(hours(t, data), " "))
		})
	}
}

// hours are the log times in a ZIP, to the hour.
func hours(t *testing.T, data []byte) (hours []string) {
	t.Helper()
	_, files := unzip(t, data)
	for _, file := range files {
		for rest := string(file); ; {
			_, after, found := strings.Cut(rest, `"LogTime":"`)
			if !found {
				break
			}
			hours, rest = append(hours, after[:len("2026-03-01T00")]), after
		}
	}
	return hours
}

func TestIndexInThePath(t *testing.T) {
	var found violations
	s := sparktest.NewServer(t, sparktest.InMemory(), found.option(), sparktest.Service("f", "s",
		sparktest.Call{ID: noSuchID, Index: 0, User: "first"},
		sparktest.Call{ID: noSuchID, Index: 1, User: "second"},
	))
	testfault.Records(s, true, false)
	c := newUncheckedClient(t, s, goodToken, s.Transport())
	path := s.BaseURL + "/api/v3/log/GetExecutionHistoryByCallId/" + noSuchID
	for index, user := range []string{"first", "second"} {
		code, e := c.send(http.MethodGet, fmt.Sprintf("%s/%d", path, index), "")
		require.Equal(t, http.StatusOK, code)
		require.Equal(t, user, decode[string](t, e.ResponseData, "UserName"))
	}
	require.Empty(t, found.list)
	require.Equal(t, "/my-tenant/api/v3/log/GetExecutionHistoryByCallId/"+noSuchID+"/0", s.Requests(sparktest.GetCall)[0].Path, "as it came")

	for end, want := range map[string]int{"/2": 400, "/x": 400, "/": 404, "/0/0": 404} {
		code, _ := c.send(http.MethodGet, path+end, "")
		require.Equal(t, want, code, end)
	}
	code, _ := c.send(http.MethodPost, s.BaseURL+"/api/v3/folders/f/services/s/download/xml/"+noSuchID+"/0", "{}")
	require.Equal(t, http.StatusNotFound, code, "only Get Call ID had it")
}

// Some clients insist on a host of the platform, by whatever way it leads here.
func TestAnyHost(t *testing.T) {
	s := sparktest.NewServer(t, sparktest.Listen("localhost:0", "localhost:0"), sparktest.JobDuration(0))
	require.Regexp(t, `^http://localhost:\d+/my-tenant$`, s.BaseURL)
	require.Regexp(t, `^http://localhost:\d+$`, s.FileURL)
	require.Regexp(t, `^http://127\.0\.0\.1:\d+$`, s.ElsewhereURL, "another name than the others")

	c := newUncheckedClient(t, s, goodToken, s.Transport())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.BaseURL+"/api/v3/folders/motor/services/premium/log/downloadcsv", strings.NewReader("{}"))
	require.NoError(t, err)
	req.Host = "excel.uat.us.coherent.global"
	req.Header.Set("Authorization", "Bearer "+s.BearerToken)
	req.Header.Set("Content-Type", "application/json")
	c.succeed(c.http.Do(req))
	require.NotEmpty(t, c.export("json", gen.ExportFilter{}))
}
