package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/stats"
)

func TestStats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell, calls := exported(t)
		out := shell.succeed("stats", "calls.zip")
		require.Regexp(t, `^69 calls from 2026-03-02 00:01 to 2026-03-06 22:04 UTC\n`, out)
		require.Regexp(t, `(?m)^  1\.4\.2 +41  `, out)
		require.Regexp(t, `^69 calls from 2026-03-01 19:01 to 2026-03-06 17:04 America/New_York\n`, shell.succeed("stats", "calls.zip", "--zone", "America/New_York"))
		const reasons = "\n\n  calls  error\n"
		require.Contains(t, out, reasons+"      8  No rate was found for the vehicle's group. (#N/A)\n")
		rows := shell.succeed("stats", "rows.zip")
		require.Equal(t, before(out, reasons), before(rows, reasons), "CSV says the same, but for where a message ends")

		var report struct{ All struct{ Calls int } }
		require.NoError(t, json.Unmarshal([]byte(shell.succeed("stats", "calls.zip", "--format", "json")), &report))
		require.Equal(t, len(calls), report.All.Calls)
	})
}

func before(text, mark string) string {
	text, _, _ = strings.Cut(text, mark)
	return text
}

func TestStatsAsAPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell, _ := exported(t)
		outcome := shell.run("stats", "calls.zip", "--html", "page.html")
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		require.Empty(t, outcome.out)
		require.Equal(t, "saved page.html\n", outcome.errors)
		page := read(t, "page.html")
		require.Contains(t, page, "<h1>motor/premium</h1>")
		require.Contains(t, shell.succeed("stats", "rows.zip", "--html", "-"), "<h1>rows.zip</h1>", "CSV files don't name the service")
		require.Equal(t, page, shell.succeed("stats", "calls.zip", "--html", "-"))

		write(t, "page.html", "kept")
		outcome = shell.run("stats", "calls.zip", "--html", "page.html")
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.errors, "page.html already exists; use --force")
		require.Equal(t, "kept", read(t, "page.html"))
		shell.succeed("stats", "calls.zip", "--html", "page.html", "--force")
		require.Equal(t, page, read(t, "page.html"))
		require.Equal(t, []string{"calls.zip", "page.html", "rows.zip"}, names(t), "nothing else is left")

		require.NoError(t, os.Mkdir("closed", 0o500))
		if outcome = shell.run("stats", "calls.zip", "--html", "closed/page.html"); os.Getuid() != 0 {
			require.Equal(t, exitFailed, outcome.status)
		}
		shell.stdoutTerminal = true
		outcome = shell.run("stats", "calls.zip", "--html", "-")
		require.Equal(t, exitUsage, outcome.status)
		require.Contains(t, outcome.errors, "--html: the file can't be shown on a terminal")
	})
}

func TestStatsOfADamagedArchive(t *testing.T) {
	shell := newShell(t, nil)
	zipFile(t, "calls.zip", "a.json", `[{"UserName":"ada"},5,{"UserName":"bo`+"\x1b"+`"}]`, "b.json", `[{"UserName":"bo","CalcTime":"fast"}]`)
	outcome := shell.run("stats", "calls.zip")
	require.Equal(t, exitFailed, outcome.status)
	require.Contains(t, outcome.out, "2 calls")
	require.Equal(t, 3, strings.Count(outcome.errors, "\n"))
	require.Contains(t, outcome.errors, "sparklog: 2 places and 1 field of calls.zip can't be read, the first: a.json, record 2 at byte 20: ")
	require.Contains(t, outcome.errors, "; counted 2 calls\n")

	zipFile(t, "rows.zip", "a.csv", "Call ID,Calc time (ms)\n1,fast\n2,5\n")
	outcome = shell.run("stats", "rows.zip", "--format", "json")
	require.Equal(t, exitFailed, outcome.status)
	require.Equal(t, "sparklog: 1 field of rows.zip can't be read, the first: call 1: a.csv: line 2, column 2 (Calc time (ms)): not a number of milliseconds; counted 2 calls\n", outcome.errors)

	zipFile(t, "nameless.zip", "a.json", `[{"CalcTime":"fast"}]`)
	require.Contains(t, shell.run("stats", "nameless.zip").errors, "can't be read, the first: $.CalcTime: not a number of milliseconds; counted 1 call\n")

	zipFile(t, "other.zip", "a.txt", "text")
	require.Contains(t, shell.run("stats", "other.zip").errors, "neither JSON nor CSV")
	require.Contains(t, shell.run("stats", ".").errors, "sparklog: ")
}

func TestStatsOfStandardInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell, _ := exported(t)
		out := shell.succeed("stats", "calls.zip")
		shell.stdin = read(t, "calls.zip")
		require.Equal(t, out, shell.succeed("stats", "-"))
		require.Contains(t, shell.succeed("stats", "-", "--html", "-"), "<h1>motor/premium</h1>")
		require.Contains(t, shell.succeed("diff", "-", "calls.zip"), "69 equal")
		require.Equal(t, exitUsage, shell.run("diff", "-", "-").status)
	})
}

func TestStatsOfNothing(t *testing.T) {
	shell := newShell(t, nil)
	zipFile(t, "none.zip")
	require.Equal(t, "0 calls\n", shell.succeed("stats", "none.zip"))
}

func TestStatsOfSeveralSources(t *testing.T) {
	shell := newShell(t, nil)
	zipFile(t, "a.zip", "a.json", `[{"UserName":"ada"},5]`)
	zipFile(t, "b.zip", "b.csv", "Call ID,User name\n1,bo\n")
	outcome := shell.run("stats", "a.zip", "b.zip")
	require.Equal(t, exitFailed, outcome.status)
	require.Contains(t, outcome.out, "2 calls")
	require.Contains(t, outcome.errors, "sparklog: 1 place of a.zip, b.zip can't be read, the first: a.zip: read a.json, record 2 at byte 20: ")
	require.Contains(t, shell.run("stats", "b.zip", "b.zip", "--html", "-").out, "<h1>b.zip, b.zip</h1>")
	require.Equal(t, exitFailed, shell.run("stats", "b.zip", "none.zip").status)
}

func TestStatsOfAValue(t *testing.T) {
	shell := newShell(t, nil)
	call := func(month, version, outputs string) string {
		return `{"LogTime":"2026-` + month + `-28T23:30:00","ServiceRevision":"` + version + `","EngineDetails":{"response_data":{"outputs":` + outputs + `}}}`
	}
	zipFile(t, "a.zip", "a.json", "["+call("01", "1.0", `{"premium":100.10,"rates":[{"base":1}]}`)+","+call("01", "1.1", `{"premium":100.20}`)+","+call("02", "1.1", `{"premium":"n/a"}`)+"]")
	zipFile(t, "b.zip", "b.csv", "Log Time,Version,premium\n2026-02-28T23:30:00+00:00,1.1,300\n2026-02-28T23:30:00+00:00,1.1,\n")
	out := shell.succeed("stats", "a.zip", "b.zip", "--of", "outputs.premium")
	require.Contains(t, out, "  all                    3        1            1  166.7667  100.1  100.2    300\n")
	require.Contains(t, out, "  2026-01                2        0            0    100.15  100.1  100.1  100.2\n")
	require.Contains(t, out, "\nversion\n")

	var report stats.Report
	out = shell.succeed("stats", "b.zip", "a.zip", "--of", "outputs.premium", "--by", "month,source-system", "--timezone-offset", "1", "--format", "json")
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.Equal(t, "2026-03", report.Months.Groups[2].Name, "months are those of the zone: %s", out)
	require.Equal(t, 3, report.SourceSystems.Groups[0].Value.Count)
	require.Nil(t, report.Versions.Groups[0].Value)

	require.Contains(t, shell.succeed("stats", "a.zip", "--of", "outputs.rates[0].base"), "  all                          1        2            0     1   1    1    1\n")
	page := shell.succeed("stats", "a.zip", "--of", "outputs.premium", "--html", "-")
	require.Contains(t, page, "<h2>Value of outputs.premium per month</h2>")
	require.Contains(t, page, "<h2>Calls per day</h2>")

	outcome := shell.run("stats", "a.zip", "b.zip", "--of", "outputs.price")
	require.Equal(t, exitFailed, outcome.status)
	require.Empty(t, outcome.out)
	require.Equal(t, "sparklog: no call has outputs.price; there are outputs.premium, outputs.rates[0].base\n", outcome.errors)
	zipFile(t, "none.zip")
	require.Equal(t, "0 calls\n", shell.succeed("stats", "none.zip", "--of", "outputs.price"))
}
