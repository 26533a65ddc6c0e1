package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/textwidth"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// exported is a shell with the archives calls.zip (JSON) and rows.zip (CSV), and
// without any server.
func exported(t *testing.T, options ...sparktest.Option) (*shell, []sparktest.Call) {
	t.Helper()
	server := sparktest.NewServer(t, append(options, sparktest.InMemory(), sparktest.JobDuration(0))...)
	shell := newShell(t, server)
	shell.succeed("export", shell.service(), "--format", "json", "--output", "calls.zip")
	shell.succeed("export", shell.service(), "--format", "csv", "--output", "rows.zip")
	shell.server = nil
	setenv(t, envBaseURL, "")
	setenv(t, envBearerToken, "")
	return shell, server.Calls()
}

// zipFile writes a ZIP archive of names and contents in turn.
func zipFile(t *testing.T, path string, namesAndContents ...string) {
	t.Helper()
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	for i := 0; i < len(namesAndContents); i += 2 {
		file, err := writer.Create(namesAndContents[i])
		require.NoError(t, err)
		_, err = file.Write([]byte(namesAndContents[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, writer.Close())
	write(t, path, archive.String())
}

// japanese is a call whose texts take more columns on a terminal than they have letters.
func japanese(t *testing.T) *sparktest.Server {
	return sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0), sparktest.Service("自動車", "保険料", sparktest.Call{
		ID: "123e4567-e89b-12d3-a456-426614174000", Time: time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC), User: "山田太郎@example.com", Version: "1.0",
		Warnings: []sparktest.Message{{Text: strings.Repeat("注意", 40)}},
		Inputs:   json.RawMessage(`{"年齢":21,"Name":"` + strings.Repeat("山", 99) + `","運転者":[{"氏名":"山田","年齢":21},{"氏名":"Li","年齢":4}]}`),
	}))
}

func TestTablesAreAlignedByWidth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := japanese(t)
		shell := newShell(t, server)
		shell.succeed("export", shell.service(), "--zone", "Asia/Tokyo", "--from", "2026-03-02", "--to", "2026-03-02")
		const archive = "保険料_2026-03-02_to_2026-03-02.zip"
		piped := strings.Split(shell.succeed("records", archive, "--zone", "Asia/Tokyo"), "\n")
		require.Regexp(t, `^TIME \(Asia/Tokyo\)    CALL ID {31}USER {26}VERSION    CALC TIME  ERRORS`, piped[0])
		require.Regexp(t, `^2026-03-02 08:30:00  123e4567-\S+  山田太郎@example\.com {10}1\.0 {15}0s  warning: (注意){40}$`, piped[1])

		shell.stdoutTerminal = true
		for _, width := range []int{80, 100, 130} {
			shell.width = width
			for _, args := range [][]string{
				{"records", archive}, {"records", archive, "--zone", "America/Argentina/Buenos_Aires"}, {"records", archive, "--show", "inputs.年齢"},
				{"list", shell.service(), "--from", "2026-03"}, {"list", shell.service(), "--from", "2026-03", "--show", "inputs.年齢"},
			} {
				lines := strings.Split(shell.succeed(args...), "\n")
				require.Contains(t, lines[1], "123e4567-e89b-12d3-a456-426614174000", "%d %s", width, args)
				require.Equal(t, textwidth.Of(lines[0][:strings.Index(lines[0], "CALL ID")]), textwidth.Of(lines[1][:strings.Index(lines[1], "123e")]), args)
				for _, line := range lines {
					require.LessOrEqual(t, textwidth.Of(line), max(width, textwidth.Of(lines[1])), line)
				}
				if !slices.Contains(args, "--show") && !slices.Contains(args, "--zone") {
					require.LessOrEqual(t, textwidth.Of(lines[1]), width, lines[1])
					require.Equal(t, width == 130, strings.Contains(lines[0], "CALC TIME"), args)
				}
			}
		}
		shell.width = 60
		table := shell.succeed("call", "123e4567-e89b-12d3-a456-426614174000", "--format", "table", "--zone", "Asia/Tokyo")
		require.Contains(t, table, "  called 2026-03-02 08:30:00 Asia/Tokyo by 山田太郎@example.com ")
		require.Contains(t, table, "\n    年齢  21\n    Name  \""+strings.Repeat("山", 24)+"…\n    運転者\n      氏名    年齢\n      \"山田\"  21\n      \"Li\"    4\n")
	})
}

// recordsIn returns the records of an archive as the library reads them.
func recordsIn(t *testing.T, path string) []string {
	t.Helper()
	archive, err := record.OpenArchive(path)
	require.NoError(t, err)
	defer archive.Close()
	var records []string
	for call, err := range archive.Calls() {
		require.NoError(t, err)
		records = append(records, string(call.JSON()))
	}
	return records
}

func TestRecordsAsJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell, calls := exported(t)
		lines := strings.Split(strings.TrimSuffix(shell.succeed("records", "calls.zip", "--format", "ndjson"), "\n"), "\n")
		require.Equal(t, recordsIn(t, "calls.zip"), lines, "byte for byte")
		require.Len(t, lines, len(calls))
		for i, call := range calls {
			if !call.Abridged {
				require.Equal(t, string(call.Record()), lines[i])
			}
		}
		require.Equal(t, "[\n"+strings.Join(lines, ",\n")+"\n]\n", shell.succeed("records", "calls.zip", "--format", "json"))
	})
}

func TestRecordsOfManyLinesBecomeOne(t *testing.T) {
	shell := newShell(t, nil)
	zipFile(t, "calls.zip", "a.json", "[\n  {\n    \"EngineCallId\": \"a\",\n    \"New\": 1.000000000000000000001e-7\n  }\n]", "empty.json", "[]")
	require.Equal(t, `{"EngineCallId":"a","New":1.000000000000000000001e-7}`+"\n", shell.succeed("records", "calls.zip", "--format", "ndjson"))
	for format, want := range map[string]string{"json": "[]\n", "ndjson": "", "csv": "", "table": "TIME (UTC)           CALL ID                               USER                          VERSION    CALC TIME  ERRORS AND WARNINGS\n"} {
		for _, files := range [][]string{{"a.json", "[]"}, nil} { // as the platform may export no calls
			zipFile(t, "none.zip", files...)
			require.Equal(t, outcome{out: want, errors: "0 records\n"}, untimed(shell.run("records", "none.zip", "--format", format)))
		}
	}
}

// TestCSVIsTheSameFromEitherArchive compares the rows that we make of JSON with
// those of the platform.
func TestCSVIsTheSameFromEitherArchive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell, calls := exported(t)
		ours := rowsOf(t, shell.succeed("records", "calls.zip", "--format", "csv"))
		theirs := rowsOf(t, shell.succeed("records", "rows.zip", "--format", "csv"))
		require.Len(t, ours, len(calls))
		require.Len(t, theirs, len(calls))
		byID := map[string][]map[string]string{}
		for _, row := range theirs {
			byID[row["Call ID"]] = append(byID[row["Call ID"]], row)
		}
		for _, row := range ours {
			// The platform leaves fractions of a second out.
			row["Log Time"] = row["Log Time"][:len("2026-03-01T08:15:30")] + "+00:00"
			require.Contains(t, byID[row["Call ID"]], row)
		}
	})
}

// rowsOf reads CSV as texts by column.
func rowsOf(t *testing.T, text string) []map[string]string {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func TestCSVOfDifferentColumns(t *testing.T) {
	shell := newShell(t, nil)
	zipFile(t, "rows.zip",
		"1.csv", "Call ID,Premium,Premium,Error Details\na,1,2,\nb,3,4,\"x\ny\"\n",
		"2.csv", "Call ID,Tax,Premium,Error Details\nc,5,6,,more\n")
	require.Equal(t, "Call ID,Premium,Premium (2),Tax,Error Details,column without a name\na,1,2,,,\nb,3,4,,\"x\ny\",\nc,6,,5,,more\n", shell.run("records", "rows.zip", "--format", "csv").out)
	require.Equal(t, `{"Call ID":"a","Premium":"1","Premium (2)":"2","Error Details":""}
{"Call ID":"b","Premium":"3","Premium (2)":"4","Error Details":"x\ny"}
{"Call ID":"c","Tax":"5","Premium":"6","Error Details":"","column without a name":"more"}
`, shell.run("records", "rows.zip", "--format", "ndjson").out)
}

func TestCSVKeepsInputsAndOutputsOfOneNameApart(t *testing.T) {
	shell := newShell(t, nil)
	zipFile(t, "calls.zip", "a.json", `[{"EngineCallId":"a","CalcTime":1.5,"EngineDetails":{"request_data":{"inputs":{"Rate":0.10,"Call ID":"x"}},"response_data":{"outputs":{"Rate":1e2,"List":[1, 2]},"errors":[{"source_path":"A1","message":"=1+1"},{"message":"b"}]}}}]`)
	require.Equal(t, `Description,Log Time,Transaction date,Version,Version ID,User name,Source system,Correlation ID,Call purpose,Call ID,Calc time (ms),Total time (ms),input_Rate,Call ID (2),output_Rate,List,Error Details,Warning Details
,,,,,,,,,a,1.5,0,0.10,x,1e2,"[1, 2]",A1: =1+1; b,
`, shell.succeed("records", "calls.zip", "--format", "csv"))
}

func TestRecordsAsATable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell, calls := exported(t)
		for _, path := range []string{"calls.zip", "rows.zip"} {
			lines := strings.Split(shell.succeed("records", path), "\n")
			require.Len(t, lines, len(calls)+2, "a header, and a line end after the last")
			require.Equal(t, "TIME (UTC)           CALL ID                               USER                          VERSION    CALC TIME  ERRORS AND WARNINGS", lines[0])
			require.Equal(t, "2026-03-02 00:01:11  d9877ece-6d36-4aac-9a6f-419ec627c76b  ada.okafor@example.com        1.4.2           41ms", lines[1])
			require.Equal(t, "2026-03-02 08:07:46  11580214-d13d-4365-a294-ebbd713daeff  béatrice.müller@example.com   1.4.2           24ms  error: Rating!D19: No rate was found for the vehicle's group.", lines[5])
		}
		require.Equal(t, fmt.Sprintf("%d records\n", len(calls)), shell.run("records", "calls.zip", "--format", "csv").errors)
	})
}

// TestExportsOfBothFormatsGiveTheSameReason serves a call whose error has no message, as
// sparklog serve --history does.
func TestExportsOfBothFormatsGiveTheSameReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call, err := record.ParseCall([]byte(`{"EngineCallId":"123e4567-e89b-12d3-a456-426614174000","EngineDetails":{"response_data":{"errors":[
		{"source_path":"Inputs!C7","message":"","error_category":"VALIDATION","error_type":"MIN","additional_details":"\"age\" is too low, try 18"},
		{"message":"No rate."},{"message":null,"error_type":"MAX"}]}}}`))
		require.NoError(t, err)
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0), sparktest.Service("motor", "premium", servedCall(call, 0)))
		shell := newShell(t, server)
		const reasons = `Inputs!C7: "age" is too low, try 18 (VALIDATION, MIN); No rate.; MAX`
		for _, format := range []string{"json", "csv"} {
			shell.succeed("export", shell.service(), "--format", format, "--output", format+".zip")
			require.Equal(t, reasons, rowsOf(t, shell.succeed("records", format+".zip", "--format", "csv"))[0]["Error Details"], format)
			require.Contains(t, shell.succeed("records", format+".zip"), "error: "+reasons+"\n", format)
		}
		require.Contains(t, shell.succeed("call", call.ID, "--format", "table"), "  error: Inputs!C7: \"age\" is too low, try 18 (VALIDATION, MIN)\n")
	})
}

func TestOnlyTerminalsCutLongTexts(t *testing.T) {
	shell := newShell(t, nil)
	long := strings.Repeat("too long ", 20) + "to read"
	zipFile(t, "calls.zip", "1.json", fmt.Sprintf(`[{"EngineCallId":"a","UserName":%q,"EngineDetails":{"response_data":{"errors":[{"message":%[1]q}]}}}]`, long))
	out := shell.succeed("records", "calls.zip")
	require.Equal(t, 2, strings.Count(out, long))
	shell.stdoutTerminal = true
	out = shell.succeed("records", "calls.zip")
	require.NotContains(t, out, long)
	require.Contains(t, out, " too long too long too long …  ")
}

func TestRecordsKeepControlCharactersFromTerminals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := hostile(t)
		shell := newShell(t, server)
		shell.succeed("export", shell.service(), "--format", "json", "--output", "calls.zip")
		shell.succeed("export", shell.service(), "--format", "csv", "--output", "rows.zip")
		for _, path := range []string{"calls.zip", "rows.zip"} {
			for _, format := range []string{"table", "ndjson", "json", "csv"} {
				shell.stdoutTerminal = true
				out := shell.succeed("records", path, "--format", format)
				require.NotEmpty(t, out)
				require.False(t, strings.ContainsAny(out, controls), "%s %s: %q", path, format, out)
			}
			shell.stdoutTerminal = false
			require.False(t, strings.ContainsAny(shell.succeed("records", path), controls), "a table is always for people")
		}
		require.Equal(t, string(server.Calls()[0].Record())+"\n", shell.succeed("records", "calls.zip", "--format", "ndjson"))
	})
}

func TestRecordsFromStandardInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell, _ := exported(t)
		t.Setenv("TMPDIR", t.TempDir())
		shell.stdin = read(t, "calls.zip")
		for _, format := range []string{"table", "ndjson", "csv"} {
			require.Equal(t, shell.succeed("records", "calls.zip", "--format", format), shell.succeed("records", "-", "--format", format))
		}
		shell.stdin = "no archive"
		require.Equal(t, exitFailed, shell.run("records", "-").status)
		files, err := os.ReadDir(os.TempDir())
		require.NoError(t, err)
		require.Empty(t, files)
	})
}

func TestRecordsThatCannotBeRead(t *testing.T) {
	shell := newShell(t, nil)
	zipFile(t, "calls.zip",
		"1.json", `[{"EngineCallId":"a","LogTime":"yesterday"},[1],{"EngineCallId":"b"}]`,
		"2.json", `[{"EngineCallId":"c"},{"broken`,
		"3.json", `[{"EngineCallId":"d"}]`)
	outcome := shell.run("records", "calls.zip", "--format", "ndjson")
	require.Equal(t, exitFailed, outcome.status)
	require.Equal(t, 4, strings.Count(outcome.out, "\n"), outcome.out)
	require.Contains(t, outcome.errors, "sparklog: read 1.json, record 2 at byte 44: ")
	require.Contains(t, outcome.errors, "sparklog: read 2.json, record 2 at byte ")
	require.Contains(t, outcome.errors, "sparklog: 2 places and 1 field of calls.zip can't be read, the first: call a: $.LogTime: ")
	require.Contains(t, outcome.errors, "; printed 4 records\n")

	outcome = shell.run("records", "calls.zip", "--format", "json")
	require.Equal(t, exitFailed, outcome.status)
	require.True(t, json.Valid([]byte(outcome.out)))

	zipFile(t, "rows.zip", "1.csv", "Call ID,Calc time (ms)\na,soon\nb,later\n")
	outcome = shell.run("records", "rows.zip", "--format", "ndjson")
	require.Equal(t, exitFailed, outcome.status)
	require.Equal(t, 2, strings.Count(outcome.out, "\n"), outcome.out)
	require.Equal(t, "sparklog: 2 fields of rows.zip can't be read, the first: call a: 1.csv: line 2, column 2 (Calc time (ms)): not a number of milliseconds; printed 2 records\n", outcome.errors)
}
