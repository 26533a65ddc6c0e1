package examples

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

var peerDirectory = flag.String("peer", "", "directory of ../parquet/testdata/duckdb with its packages installed, for TestDuckDB; see make peers")

// Each example does what its comment says, as a process of its own.
func TestExamples(t *testing.T) {
	programs := build(t, "./...")
	t.Run("explain", func(t *testing.T) {
		t.Parallel()
		server := newServer(t)
		failed := firstFailed(t, server.Calls())
		out := succeed(t, command(t, server, programs, "explain", failed.ID))
		require.Contains(t, out, "motor/premium, version "+failed.Version+" (")
		require.Contains(t, out, "), called "+failed.Time.Format(time.DateTime)+" UTC by "+failed.User)
		require.Contains(t, out, "Inputs:\n  Driver Age = ")
		require.Contains(t, out, "Outputs:\n  Annual Premium = null\n")
		require.Contains(t, out, "Error: "+failed.Errors[0].SourcePath+": "+failed.Errors[0].Text)
		require.Equal(t, "tenant my-tenant has no call 00000000-0000-0000-0000-000000000000\n",
			fail(t, command(t, server, programs, "explain", "00000000-0000-0000-0000-000000000000")))
	})
	t.Run("failures", func(t *testing.T) {
		t.Parallel()
		server := newServer(t, recentCalls())
		failed := firstFailed(t, server.Calls())
		out := succeed(t, command(t, server, programs, "failures", server.Folder, server.Service))
		require.Contains(t, out, failed.ID+"  version "+failed.Version)
		require.Contains(t, out, "\nFailed calls: 8\n     8 × "+failed.Errors[0].SourcePath+": "+failed.Errors[0].Text+"\n")
	})
	t.Run("worker", func(t *testing.T) {
		t.Parallel()
		server := newServer(t, recentCalls())
		queue := t.TempDir()
		succeed(t, command(t, server, programs, "worker", "start", queue, server.Folder, server.Service))
		message := filepath.Join(queue, server.Jobs()[0]+".job")
		require.FileExists(t, message)

		server.Fault(sparktest.File, sparktest.Stall(1000))
		first := command(t, server, programs, "worker", "save", queue)
		require.NoError(t, first.Start())
		archive := filepath.Join(queue, server.Jobs()[0]+".zip")
		require.Eventually(t, func() bool {
			part, err := os.Stat(archive + ".part")
			return err == nil && part.Size() >= 1000
		}, 20*time.Second, 10*time.Millisecond)
		require.NoError(t, interrupt(first))
		require.Error(t, first.Wait())
		require.FileExists(t, message)

		succeed(t, command(t, server, programs, "worker", "save", queue))
		requests := server.Requests(sparktest.File)
		require.Equal(t, "bytes=1000-", requests[len(requests)-1].Header.Get("Range"))
		require.Len(t, server.Jobs(), 1)
		require.NoFileExists(t, message)
		require.Len(t, callsIn(t, archive), len(server.Calls()))
	})
	t.Run("nightly", func(t *testing.T) {
		t.Parallel()
		server := newServer(t, recentCalls())
		history := nightly(t, server, programs)
		directory, err := mirror.Open(history)
		require.NoError(t, err)
		calls := 0
		for _, err := range directory.Calls() {
			require.NoError(t, err)
			calls++
		}
		require.Equal(t, len(server.Calls()), calls)
	})
	t.Run("regression", func(t *testing.T) {
		t.Parallel()
		const production, same, other = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002", "00000000-0000-4000-8000-000000000003"
		year, month, _ := time.Now().UTC().Date()
		lastMonth := time.Date(year, month-1, 15, 0, 0, 0, 0, time.UTC)
		call := func(at time.Time, versionID, premium string) sparktest.Call {
			return sparktest.Call{Time: at, VersionID: versionID, Inputs: json.RawMessage(`{"Age":40}`), Outputs: json.RawMessage(`{"Premium":` + premium + `}`)}
		}
		server := newServer(t, sparktest.Service("motor", "premium",
			call(lastMonth.AddDate(0, -2, 0), production, "1"), call(lastMonth, production, "812.50"),
			call(time.Now(), same, "812.504"), call(time.Now(), other, "812.51")))
		run := func(versionID string) *exec.Cmd {
			return command(t, server, programs, "regression", server.Folder, server.Service, production, versionID)
		}
		succeed(t, run(same))
		require.Equal(t, "1 of 1 calls differ\n", fail(t, run(other)))
		require.Equal(t, "nothing was compared: the versions have no call with the same inputs\n", fail(t, run("00000000-0000-4000-8000-000000000004")))
	})
	t.Run("webservice", func(t *testing.T) {
		t.Parallel()
		server := newServer(t)
		process := command(t, server, programs, "webservice", "-address", "127.0.0.1:0")
		stderr, err := process.StderrPipe()
		require.NoError(t, err)
		require.NoError(t, process.Start())
		log := bufio.NewReader(stderr)
		line, err := log.ReadString('\n')
		require.NoError(t, err)
		_, address, found := strings.Cut(strings.TrimSpace(line), "listening address=")
		require.True(t, found, line)

		status, body := get(t, "http://"+address+"/calls/"+server.Calls()[0].ID)
		require.Equal(t, http.StatusOK, status)
		require.JSONEq(t, string(server.Calls()[0].Record()), body)
		status, _ = get(t, "http://"+address+"/calls/00000000-0000-0000-0000-000000000000")
		require.Equal(t, http.StatusNotFound, status)
		status, _ = get(t, "http://"+address+"/calls/1")
		require.Equal(t, http.StatusBadRequest, status)

		require.NoError(t, interrupt(process))
		logged, err := io.ReadAll(log)
		require.NoError(t, err)
		require.Contains(t, string(logged), "status=404")
		err = process.Wait()
		if runtime.GOOS != "windows" {
			require.NoError(t, err, "it ends by itself after an interrupt")
		}
	})
}

// The README lists each example, and each is short.
func TestReadmeListsTheExamples(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, path := range mains(t) {
		require.Contains(t, string(readme), "("+filepath.ToSlash(path)+")")
		source, err := os.ReadFile(path)
		require.NoError(t, err)
		require.LessOrEqual(t, strings.Count(string(source), "\n"), 90, path)
	}
}

// DuckDB runs the SQL of the nightly mirror's README.
func TestDuckDB(t *testing.T) {
	if *peerDirectory == "" {
		t.Skip("make peers runs it, where there are node and npm")
	}
	readme, err := os.ReadFile("nightly/README.md")
	require.NoError(t, err)
	_, after, found := strings.Cut(string(readme), "## DuckDB\n\n```sql\n")
	require.True(t, found)
	queries, _, _ := strings.Cut(after, "```")
	server := newServer(t, recentCalls())
	parquet := filepath.Join(nightly(t, server, build(t, "./nightly")), "parquet", "*.parquet")
	for query := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(queries), ";"), ";") {
		node := exec.Command("node", filepath.Join(*peerDirectory, "duckdb.mjs"), parquet, strings.ReplaceAll(query, "'/data/history/parquet/*.parquet'", "calls"))
		node.Stderr = os.Stderr
		out, err := node.Output()
		require.NoError(t, err, query)
		t.Logf("%s\n%s", query, out)
	}
}

// mains lists the main files. Reading them makes go test run again when one changes.
func mains(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("*/main.go")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	return paths
}

func build(t *testing.T, packages string) (directory string) {
	t.Helper()
	directory = t.TempDir()
	out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", directory+string(filepath.Separator), packages).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return directory
}

// newServer starts a platform whose exports take no time.
func newServer(t *testing.T, opts ...sparktest.Option) *sparktest.Server {
	t.Helper()
	return sparktest.NewServer(t, append(opts, sparktest.JobDuration(0))...)
}

func command(t *testing.T, server *sparktest.Server, programs, name string, args ...string) *exec.Cmd {
	t.Helper()
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	command := exec.CommandContext(ctx, filepath.Join(programs, name), args...)
	own := slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "CSPARK_") })
	command.Env = append(own, "CSPARK_BASE_URL="+server.BaseURL, "CSPARK_BEARER_TOKEN="+server.BearerToken)
	return command
}

func succeed(t *testing.T, command *exec.Cmd) (stdout string) {
	t.Helper()
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	require.NoError(t, err, stderr.String())
	return string(out)
}

func fail(t *testing.T, command *exec.Cmd) (stderr string) {
	t.Helper()
	var out strings.Builder
	command.Stderr = &out
	var exit *exec.ExitError
	require.ErrorAs(t, command.Run(), &exit)
	require.Equal(t, 1, exit.ExitCode())
	return out.String()
}

// interrupt stops a process as Ctrl-C does. Windows can only kill one.
func interrupt(command *exec.Cmd) error {
	if runtime.GOOS == "windows" {
		return command.Process.Kill()
	}
	return command.Process.Signal(os.Interrupt)
}

func nightly(t *testing.T, server *sparktest.Server, programs string) (history string) {
	t.Helper()
	history = filepath.Join(t.TempDir(), "history")
	since := time.Now().UTC().AddDate(0, 0, -10).Format(time.DateOnly)
	succeed(t, command(t, server, programs, "nightly", server.Folder, server.Service, history, since))
	return history
}

// recentCalls are those of the last five days.
func recentCalls() sparktest.Option {
	return sparktest.Service("motor", "premium", sparktest.Generate(sparktest.History{End: time.Now().UTC().Truncate(time.Second)})...)
}

func firstFailed(t *testing.T, calls []sparktest.Call) sparktest.Call {
	t.Helper()
	i := slices.IndexFunc(calls, func(call sparktest.Call) bool { return len(call.Errors) > 0 })
	require.NotEqual(t, -1, i)
	return calls[i]
}

func callsIn(t *testing.T, path string) (calls []*record.Call) {
	t.Helper()
	archive, err := record.OpenArchive(path)
	require.NoError(t, err)
	defer archive.Close()
	for call, err := range archive.Calls() {
		require.NoError(t, err)
		calls = append(calls, call)
	}
	return calls
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(data)
}
