package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

var errDiskFull = errors.New("no space left on device")

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

// zipped are the names of the files in a ZIP archive.
func zipped(t *testing.T, archive string) []string {
	t.Helper()
	reader, err := zip.NewReader(strings.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	var names []string
	for _, file := range reader.File {
		names = append(names, file.Name)
	}
	return names
}

func TestExport(t *testing.T) {
	for _, format := range []string{"json", "csv"} {
		t.Run(format, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(10*time.Minute))
				shell := newShell(t, server)
				outcome := shell.run("export", shell.service(), "--format", format, "--output", "calls.zip")
				require.Equal(t, exitDone, outcome.status, outcome.errors)
				require.Empty(t, outcome.out)
				require.Contains(t, outcome.errors, "export job "+server.Jobs()[0]+" of motor/premium\nsaved calls.zip, ")
				require.Equal(t, []string{"calls.zip"}, names(t))
				require.Contains(t, zipped(t, read(t, "calls.zip")), "premium_1."+format)
			})
		})
	}
}

func TestExportNamesItsFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // on 2000-01-01
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.Service("a/b", "../Kfz Tarif é.2"))
		shell := newShell(t, server)
		for flags, name := range map[string]string{
			"":                              "_to_2000-01-01.zip",
			"--from 1999-03 --to 1999-03":   "_1999-03-01_to_1999-03-31.zip",
			"--from 7d --zone Asia/Kolkata": "_1999-12-25_to_2000-01-01.zip",
		} {
			shell.succeed(append([]string{"export", "--folder", server.Folder, "--service", server.Service}, strings.Fields(flags)...)...)
			require.Contains(t, names(t), "___Kfz_Tarif_é_2"+name)
		}
		require.Len(t, names(t), 3)
	})
}

func TestExportToStandardOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		shell := newShell(t, server)
		outcome := shell.run("export", shell.service(), "--format", "json", "--output", "-", "--quiet")
		require.Equal(t, exitDone, outcome.status)
		require.Empty(t, outcome.errors)
		require.NotEmpty(t, zipped(t, outcome.out))
		require.Empty(t, names(t))
	})
}

func TestExportFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.Service("a/b", "c d"))
		shell := newShell(t, server)
		now := time.Now()
		stamp := func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
		const id = "123e4567-e89b-12d3-a456-426614174000"
		for flags, sent := range map[string]string{
			"":                               `{"request_data":{}}`,
			"--from 7d":                      `{"request_data":{"start_date":"` + stamp(now.Add(-7*24*time.Hour)) + `"}}`,
			"--from 2w --to 24h":             `{"request_data":{"start_date":"` + stamp(now.Add(-14*24*time.Hour)) + `","end_date":"` + stamp(now.Add(-24*time.Hour)) + `"}}`,
			"--from 1999-03-01 --to 1h30m":   `{"request_data":{"start_date":"1999-03-01T00:00:00.000Z","end_date":"` + stamp(now.Add(-90*time.Minute)) + `"}}`,
			"--to 2026-03-01T08:15:00+02:00": `{"request_data":{"end_date":"2026-03-01T06:15:00.000Z"}}`,
			"--from 2026-03 --to 2026-03-31": `{"request_data":{"start_date":"2026-03-01T00:00:00.000Z","end_date":"2026-03-31T23:59:59.999Z"}}`,
			"--zone Europe/Zurich --from 2026-03-29 --to 2026-03-29": `{"request_data":{"start_date":"2026-03-28T23:00:00.000Z","end_date":"2026-03-29T21:59:59.999Z"}}`,
			"--to 2026-03 --zone America/New_York":                   `{"request_data":{"end_date":"2026-04-01T03:59:59.999Z"}}`,
			"--call-id " + id + " --call-id " + strings.ToUpper(id):  `{"request_data":{"call_ids":["` + id + `","` + strings.ToUpper(id) + `"]}}`,
			"--correlation-id x,y":                                   `{"request_data":{"call_ids":["x,y"]}}`,
			"--source-system SPARK":                                  `{"request_data":{"call_ids":["SPARK"]}}`,
			"--purpose a --user b":                                   `{"request_data":{"callpurpose":"a","userName":"b"}}`,
			"--version-id " + id:                                     `{"request_data":{},"request_meta":{"version_id":"` + id + `"}}`,
			"--errors only --warnings none":                          `{"request_data":{"has_errors":true,"has_warnings":false}}`,
			"--errors none":                                          `{"request_data":{"has_errors":false}}`,
			"--timezone-offset -5 --from 0h":                         `{"request_data":{"timezone_offset":-5,"start_date":"` + stamp(now) + `"}}`,
			"--base-url " + server.BaseURL:                           `{"request_data":{}}`,
		} {
			args := []string{"export", "--folder", "a/b", "--service", "c d", "--format", "json", "--detach"}
			shell.succeed(append(args, strings.Fields(flags)...)...)
			requests := server.Requests(sparktest.StartExport)
			last := requests[len(requests)-1]
			require.JSONEq(t, sent, string(last.Body), flags)
			require.Contains(t, last.Path, "/folders/a%2Fb/services/c%20d/")
		}
	})
}

func TestExportSaysWhichCallsItAsksFor(t *testing.T) {
	shell := newShell(t, sparktest.NewServer(t, sparktest.InMemory()))
	for flags, says := range map[string]string{
		"--from 2026-03-01 --to 2026-03-31":              "calls from 2026-03-01 00:00 to 2026-03-31 23:59:59.999 UTC\n",
		"--from 2026-03-01T08:15 --zone Asia/Kolkata":    "calls from 2026-03-01 08:15 Asia/Kolkata\n",
		"--to 2026-03-01T08:15:00.25Z":                   "calls to 2026-03-01 08:15:00.25 UTC\n",
		"--user ada --zone Asia/Kolkata":                 "",
		"--from 2026-03-01 --to 2026-03-31 --quiet":      "",
		"--from 2026-03-01T00:00Z --to 2026-03-31T24:00": "see sparklog export --help\n",
	} {
		outcome := shell.run(append([]string{"export", shell.service(), "--format", "json", "--detach"}, strings.Fields(flags)...)...)
		require.Contains(t, outcome.errors, says, flags)
		if says == "" {
			require.NotContains(t, outcome.errors, "calls from", flags)
		}
	}
}

func TestDetach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(2*time.Hour))
		shell := newShell(t, server)
		outcome := shell.run("export", shell.service(), "--format", "csv", "--detach", "--output", "calls of March.zip")
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		job := server.Jobs()[0]
		require.Equal(t, job+"\n", outcome.out)
		require.Zero(t, outcome.took)
		require.Empty(t, server.Requests(sparktest.JobStatus))
		require.Contains(t, outcome.errors, "To resume: sparklog job motor/premium "+job+` --format csv --output "calls of March.zip"`+"\n")

		outcome = shell.run("job", "motor/premium", job, "--format", "csv", "--output", "calls of March.zip")
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		require.GreaterOrEqual(t, outcome.took, 2*time.Hour)
		require.NotEmpty(t, zipped(t, read(t, "calls of March.zip")))
		require.Equal(t, []string{"calls of March.zip"}, names(t))
	})
}

func TestJobWithoutOutputOnlyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Minute))
		shell := newShell(t, server)
		job := strings.TrimSpace(shell.succeed("export", shell.service(), "--format", "json", "--detach"))
		outcome := shell.run("job", shell.service(), job, "--format", "json")
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		require.GreaterOrEqual(t, outcome.took, time.Minute)
		require.Contains(t, outcome.errors, job+" of motor/premium is done\n")
		require.Empty(t, server.Requests(sparktest.File))
		require.Empty(t, names(t))
	})
}

// interrupted runs a command that is interrupted after a while.
func (s *shell) interrupted(after time.Duration, args ...string) outcome {
	s.t.Helper()
	var cancel context.CancelFunc
	s.ctx, cancel = context.WithCancel(s.t.Context())
	defer cancel()
	timer := time.AfterFunc(after, cancel)
	defer timer.Stop()
	outcome := s.run(args...)
	s.ctx = s.t.Context()
	require.Less(s.t, outcome.took, after+2*time.Second)
	return outcome
}

func TestInterruptedWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Hour))
		shell := newShell(t, server)
		outcome := shell.interrupted(10*time.Minute, "export", shell.service(), "--format", "json", "--output", "calls.zip")
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.errors, "interrupted; last status: ")
		resume := "sparklog job motor/premium " + server.Jobs()[0] + " --format json --output calls.zip"
		require.True(t, strings.HasSuffix(outcome.errors, "\nTo resume: "+resume+"\n"), outcome.errors)
		require.Empty(t, names(t))

		shell.succeed(strings.Fields(resume)[1:]...)
		require.NotEmpty(t, zipped(t, read(t, "calls.zip")))
		require.Len(t, server.Jobs(), 1)
	})
}

func TestInterruptedDownload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		shell := newShell(t, server)
		server.Fault(sparktest.File, sparktest.Stall(1000))
		outcome := shell.interrupted(20*time.Second, "export", shell.service(), "--format", "json", "--output", "calls.zip", "--base-url", server.BaseURL)
		require.Equal(t, exitFailed, outcome.status)
		resume := "sparklog job motor/premium " + server.Jobs()[0] + " --format json --output calls.zip --base-url " + server.BaseURL
		require.Regexp(t, `after 1000 of \d+ bytes: download file: interrupted \(`, outcome.errors)
		require.Contains(t, outcome.errors, "; the part already downloaded is kept in calls.zip.part\nTo resume: "+resume+"\n")

		shell.succeed(strings.Fields(resume)[1:]...)
		require.Equal(t, []string{"calls.zip"}, names(t))
		requests := server.Requests(sparktest.File)
		require.Equal(t, "bytes=1000-", requests[len(requests)-1].Header.Get("Range"))
	})
}

func TestInterruptedStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		shell := newShell(t, server)
		server.Fault(sparktest.StartExport, sparktest.Hang())
		outcome := shell.interrupted(5*time.Second, "export", shell.service(), "--format", "json", "--detach")
		require.Equal(t, exitFailed, outcome.status)
		require.Empty(t, outcome.out)
		require.Contains(t, outcome.errors, "the platform may have started it")
	})
}

func TestAFailedExportNamesItsJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		shell := newShell(t, server)
		server.Fault(sparktest.JobStatus, sparktest.After(1), sparktest.Always(), sparktest.ErrorStatus())
		outcome := shell.run("export", shell.service(), "--format", "json", "--output", "calls.zip", "--quiet")
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.errors, "JSON export job "+server.Jobs()[0]+" of motor/premium: the export job failed")
		require.Contains(t, outcome.errors, "request ID")
		require.NotContains(t, outcome.errors, "To resume")
		require.Equal(t, 1, strings.Count(outcome.errors, "\n"), outcome.errors)
		require.Empty(t, names(t))
	})
}

func TestAnExportThatCanBeResumedSaysHow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		shell := newShell(t, server)
		server.Fault(sparktest.JobStatus, sparktest.Always(), sparktest.Status(403))
		outcome := shell.run("export", "--folder", server.Folder, "--service", server.Service, "--format", "csv", "--output", "-", "--quiet")
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.errors, "Spark.DownloadCsvLog.json")
		require.Contains(t, outcome.errors, "To resume: sparklog job motor/premium "+server.Jobs()[0]+" --format csv --output -\n")
		require.NotContains(t, outcome.errors, "Service(", "no Go at a shell")
	})
}

func TestExportOutlivesFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Minute))
		shell := newShell(t, server)
		server.Fault(sparktest.JobStatus, sparktest.Times(2), sparktest.HTML(502))
		server.Fault(sparktest.File, sparktest.ResetAfter(2000))
		server.Fault(sparktest.File, testfault.ExpiredURL())
		shell.succeed("export", shell.service(), "--format", "json", "--output", "calls.zip")
		require.NotEmpty(t, zipped(t, read(t, "calls.zip")))
	})
}

func TestAJobThatIsNotThere(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	const id = "123e4567-e89b-12d3-a456-426614174000"
	outcome := shell.run("job", shell.service(), id, "--format", "json", "--output", "calls.zip")
	require.Equal(t, exitFailed, outcome.status)
	require.Contains(t, outcome.errors, id)
	require.NotContains(t, outcome.errors, "To resume")
}

func TestVerboseLogsRequestsWithoutSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		shell := newShell(t, server)
		shell.stderrTerminal = true
		outcome := shell.run("export", shell.service(), "--format", "json", "--output", "calls.zip", "--verbose")
		require.Equal(t, exitDone, outcome.status)
		require.Contains(t, outcome.errors, `operation="start JSON export"`)
		require.Contains(t, outcome.errors, "credential=CSPARK_BEARER_TOKEN")
		require.NotContains(t, outcome.errors, server.BearerToken)
		require.NotContains(t, outcome.errors, "\r", "no progress bar among the lines of the log")
	})
}

func TestDetachIntoAClosedPipePrintsTheJob(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	p := shell.program()
	var errors bytes.Buffer
	p.stdout, p.stderr = brokenWriter{syscall.EPIPE}, &errors
	require.Equal(t, exitDone, p.run(t.Context(), []string{"export", shell.service(), "--format", "json", "--detach"}))
	require.Contains(t, errors.String(), server.Jobs()[0])
}

// A download URL that can't be used is the cause, without advice that can't help.
func TestUnusableDownloadURL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, url := range []string{"https://", "ftp://files.example.com/tokens/abcdef/file.zip", "http://files.example.com/tokens/abcdef/file.zip", "https://%zz/tokens/abcdef"} {
			server := sparktest.NewServer(t, sparktest.InMemory())
			server.Fault(sparktest.JobStatus, sparktest.Always(), testfault.Body(200, "application/json", `{"status":null,"response_data":{"progress":100,"download_url":"`+url+`"}}`))
			shell := newShell(t, server)
			outcome := shell.run("export", shell.service(), "--format", "json", "--output", "calls.zip", "--quiet")
			require.Equal(t, exitFailed, outcome.status)
			require.Contains(t, outcome.errors, "the download URL from the platform can't be used")
			require.NotContains(t, outcome.errors, "abcdef")
			require.NotContains(t, outcome.errors, "To resume")
			require.Equal(t, 1, strings.Count(outcome.errors, "\n"), outcome.errors)
			t.Log(outcome.errors)
		}
	})
}

// A response that breaks the contract is the platform's fault, not the user's.
func TestStartWithoutAUsableJobID(t *testing.T) {
	for _, id := range []string{`null`, `""`, `"soon"`} {
		server := sparktest.NewServer(t, sparktest.InMemory())
		server.Fault(sparktest.StartExport, testfault.Body(200, "application/json", `{"status":"Success","response_data":{"job_id":`+id+`}}`))
		shell := newShell(t, server)
		outcome := shell.run("export", shell.service(), "--format", "json", "--detach")
		require.Equal(t, exitFailed, outcome.status, id)
		require.Contains(t, outcome.errors, "start JSON export: the platform started a job but returned no usable ID")
		require.NotContains(t, outcome.errors, "invalid")
		require.Equal(t, 1, strings.Count(outcome.errors, "\n"), outcome.errors)
	}
}

func TestInterruptedWhileTheStartWaitsForItsNextTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		shell := newShell(t, server)
		server.Fault(sparktest.StartExport, sparktest.Status(429), sparktest.RetryAfter(30*time.Second), sparktest.Always())
		outcome := shell.interrupted(5*time.Second, "export", shell.service(), "--format", "json", "--detach")
		require.Contains(t, outcome.errors, "sparklog: interrupted; no export was started (429 Too Many Requests)\n")
		server.Fault(sparktest.GetCall, sparktest.Status(429), sparktest.RetryAfter(30*time.Second), sparktest.Always())
		outcome = shell.interrupted(5*time.Second, "call", server.Calls()[0].ID)
		require.Contains(t, outcome.errors, "sparklog: interrupted; the last attempt had failed: 429 Too Many Requests\n")
	})
}

func TestInterruptedWithinARequestAfterAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		shell := newShell(t, server)
		server.Fault(sparktest.GetCall, testfault.BareStatus(503))
		server.Fault(sparktest.GetCall, sparktest.Hang())
		outcome := shell.interrupted(20*time.Second, "call", server.Calls()[0].ID)
		require.Contains(t, outcome.errors, "sparklog: interrupted; the last attempt had failed: 503 Service Unavailable\n")
		// The second request may have started an export, whatever the first one did.
		server.Fault(sparktest.StartExport, sparktest.Status(429))
		server.Fault(sparktest.StartExport, sparktest.Hang())
		outcome = shell.interrupted(20*time.Second, "export", shell.service(), "--format", "json", "--detach")
		require.Contains(t, outcome.errors, "the platform may have started it, but its ID is lost\n")
	})
}
