package sparktest_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/sparktest"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// bothServers runs a test on both kinds of server, each with another kind of
// credential.
func bothServers(t *testing.T, test func(t *testing.T, c *client)) {
	t.Run("loopback with a bearer token", func(t *testing.T) {
		test(t, newClient(t, sparktest.NewServer(t, sparktest.JobDuration(0)), goodToken))
	})
	t.Run("in memory with an API key", func(t *testing.T) {
		test(t, newClient(t, sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0)), goodKey))
	})
}

func TestGetCall(t *testing.T) {
	bothServers(t, func(t *testing.T, c *client) {
		calls := c.Calls()
		for _, call := range append(calls[:20:20], calls[len(calls)-20:]...) { // of both versions
			e := c.succeed(c.getCall(call.ID, &call.Index))
			require.Equal(t, "Success", *e.Status)
			var record string
			require.NoError(t, json.Unmarshal(e.ResponseData, &record))
			require.Equal(t, string(call.Record()), record)
		}
	})
}

func TestWorkbook(t *testing.T) {
	bothServers(t, func(t *testing.T, c *client) {
		call := c.Calls()[0]
		e := c.succeed(c.getWorkbook(c.Folder, c.Service, call.ID, nil))
		require.Nil(t, e.Status)
		url := decode[string](t, e.ResponseData, "download_url")
		require.True(t, strings.HasPrefix(url, c.FileURL+"/docstore/api/v1/documents/versions/tokens/"), url)

		resp, data := c.get(url)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		book, err := excelize.OpenReader(bytes.NewReader(data))
		require.NoError(t, err)
		defer book.Close()
		require.Equal(t, []string{"Inputs", "Outputs", "Call"}, book.GetSheetList())
		require.Equal(t, call.ID, cellBeside(t, book, "Call", "Call ID"))
		require.Equal(t, decode[json.Number](t, call.Inputs, "Driver Age").String(), cellBeside(t, book, "Inputs", "Driver Age"))
		require.Equal(t, decode[json.Number](t, call.Inputs, "Policy Number").String(), cellBeside(t, book, "Inputs", "Policy Number"))
		require.Equal(t, decode[json.Number](t, call.Outputs, "Annual Premium").String(), cellBeside(t, book, "Outputs", "Annual Premium"))
	})
}

// cellBeside reads the cell to the right of the one that contains name.
func cellBeside(t *testing.T, book *excelize.File, sheet, name string) string {
	t.Helper()
	rows, err := book.GetRows(sheet)
	require.NoError(t, err)
	for _, row := range rows {
		if len(row) > 1 && row[0] == name {
			return row[1]
		}
	}
	t.Fatalf("sheet %s has no row %q: %v", sheet, name, rows)
	return ""
}

func TestLegacyWorkbook(t *testing.T) {
	bothServers(t, func(t *testing.T, c *client) {
		id := uuid.MustParse(c.Calls()[0].ID)
		e := c.succeed(c.GetDownload(t.Context(), c.Tenant, c.Folder, c.Service, id, nil, gen.GetDownloadJSONRequestBody{}))
		resp, data := c.get(decode[string](t, e.ResponseData, "download_url"))
		require.Equal(t, http.StatusOK, resp.StatusCode)
		_, parts := unzip(t, data)
		require.NotEmpty(t, parts)
	})
}

func TestExportJSON(t *testing.T) {
	bothServers(t, func(t *testing.T, c *client) {
		records := c.exportRecords(gen.ExportFilter{})
		calls := c.Calls()
		require.Len(t, records, len(calls))
		for i, call := range calls {
			require.Equal(t, call.ID, records[i].EngineCallId)
			require.Equal(t, string(call.Inputs), string(records[i].EngineDetails.RequestData.Inputs))
			require.Equal(t, string(call.Outputs), string(records[i].EngineDetails.ResponseData.Outputs))
			require.Equal(t, call.Abridged, records[i].APIVersion == nil)
		}
	})
}

func TestExportCSV(t *testing.T) {
	bothServers(t, func(t *testing.T, c *client) {
		_, data := c.get(c.export("csv", gen.ExportFilter{}))
		names, files := unzip(t, data)
		require.GreaterOrEqual(t, len(files), 2)
		require.Equal(t, "premium_1.csv", names[0])

		calls, headers := c.Calls(), map[string]bool{}
		for _, file := range files {
			rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
			require.NoError(t, err)
			header := rows[0]
			headers[strings.Join(header, ",")] = true
			require.Equal(t, []string{"Description", "Log Time"}, header[:2])
			require.Equal(t, []string{"Error Details", "Warning Details"}, header[len(header)-2:])
			for _, cells := range rows[1:] {
				row := zipped(header, cells)
				require.Equal(t, calls[0].ID, row["Call ID"])
				require.Equal(t, calls[0].Time.Format("2006-01-02T15:04:05+00:00"), row["Log Time"])
				require.Equal(t, decode[json.Number](t, calls[0].Inputs, "Policy Number").String(), row["Policy Number"])
				require.Equal(t, decode[string](t, calls[0].Inputs, "Notes"), row["Notes"])
				require.Equal(t, len(calls[0].Errors) > 0, row["Error Details"] != "")
				require.Equal(t, len(calls[0].Warnings) > 0, row["Warning Details"] != "")
				calls = calls[1:]
			}
		}
		require.Empty(t, calls)
		require.Len(t, headers, 2, "the versions differ in their columns")
	})
}

func zipped(header, cells []string) map[string]string {
	row := map[string]string{}
	for i, name := range header {
		row[name] = cells[i]
	}
	return row
}
