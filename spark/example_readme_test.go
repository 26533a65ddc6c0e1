package spark_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/compare"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
	"github.com/sparkgo/spark-go/spark/stats"
)

// readmeID is the emulator's first call, which the README's snippets and commands name.
const readmeID = "d9877ece-6d36-4aac-9a6f-419ec627c76b"

// The README's snippets, as they stand there.

func readmeCall(ctx context.Context, client *spark.Client) error {
	call, err := client.GetCall(ctx, "d9877ece-6d36-4aac-9a6f-419ec627c76b")
	if errors.Is(err, spark.ErrNotFound) {
		return nil // there is no such call
	}
	if err != nil {
		return err
	}
	var outputs struct {
		Premium json.Number `json:"Annual Premium"`
	}
	if err := call.Outputs.Decode(&outputs); err != nil {
		return err
	}
	fmt.Println(call.Version, call.Inputs, outputs.Premium, call.Errors, call.Warnings)
	return nil
}

func readmeSearch(ctx context.Context, service *spark.Service) error {
	quotes := spark.Query{From: time.Now().AddDate(0, 0, -7), Purpose: "Quote"}
	for found, err := range service.Search(ctx, quotes) {
		if err != nil {
			return err
		}
		fmt.Println(found.LogTime, found.ID, found.User, found.TotalTime)
	}
	return nil
}

func readmeExport(ctx context.Context, service *spark.Service) error {
	archive, err := service.Export(ctx, spark.FormatJSON, spark.Filter{FromDate: spark.Date{Year: 2026, Month: 3, Day: 1}})
	if err != nil {
		return err
	}
	defer archive.Close()
	for call, err := range archive.Calls() {
		if err != nil {
			return err
		}
		premium, err := record.ValueAs[json.Number](call.Outputs, "Annual Premium")
		fmt.Println(call.ID, premium, err)
	}
	return nil
}

func readmeStart(ctx context.Context, service *spark.Service) error {
	job, err := service.StartExport(ctx, spark.FormatJSON, spark.Filter{HasErrors: spark.Yes})
	if err != nil {
		return err
	}
	saved, err := json.Marshal(job)
	if err != nil {
		return err
	}
	if err := os.WriteFile("job.json", saved, 0o600); err != nil { // or a queue, or a database
		return err
	}
	return nil
}

func readmeResume(ctx context.Context, client *spark.Client) error {
	saved, err := os.ReadFile("job.json")
	if err != nil {
		return err
	}
	var job spark.Job
	if err := json.Unmarshal(saved, &job); err != nil {
		return err
	}
	progress := spark.WithProgress(func(p spark.WaitProgress) { fmt.Println(p.Status, p.Elapsed) })
	return client.ResumeJob(job).Save(ctx, "errors.zip", progress)
}

func readmeWorkbook(ctx context.Context, service *spark.Service) error {
	if err := service.SaveWorkbook(ctx, "d9877ece-6d36-4aac-9a6f-419ec627c76b", "call.xlsx"); err != nil {
		return err
	}
	return nil
}

func readmeMirror(ctx context.Context, service *spark.Service) error {
	since := spark.Date{Year: 2026, Month: 3, Day: 1}
	summary, err := mirror.Update(ctx, service, "history", mirror.Options{Since: since, Days: 7, Parquet: true})
	if err != nil {
		return err // what has been fetched is kept
	}
	fmt.Println(summary.Windows, "windows fetched; the directory contains", summary.Records, "calls")
	directory, err := mirror.Open("history")
	if err != nil {
		return err
	}
	for call, err := range directory.Calls() {
		if err != nil {
			return err
		}
		fmt.Println(call.LogTime, call.ID)
	}
	return nil
}

func readmeCompare(yesterday, today *record.Call, before, after *record.Archive) error {
	diff := compare.Calls(yesterday, today, compare.Options{Tolerance: compare.Tolerance{Absolute: 0.005}})
	fmt.Print(diff) // why is this price different?

	changes, err := compare.Archives(before.Calls(), after.Calls(), compare.ByInputs, compare.Options{Ignore: []string{"metadata"}})
	if err != nil {
		return err
	}
	fmt.Print(changes) // what did the new version change?
	return nil
}

func readmeStats(archive *record.Archive) error {
	report, err := stats.Calls(archive.Calls(), stats.Options{})
	if err != nil {
		return err
	}
	fmt.Print(report)
	return nil
}

func readmeFault(t *testing.T) (*sparktest.Server, *spark.Client, error) {
	server := sparktest.NewServer(t)
	server.Fault(sparktest.File, sparktest.ResetAfter(1000))
	client, err := spark.NewClient(server.BaseURL, spark.BearerToken(server.BearerToken))
	return server, client, err
}

// readmeServer emulates the service that the README names, with calls until now. The
// programs and snippets authenticate from the environment.
func readmeServer(t *testing.T, opts ...sparktest.Option) *sparktest.Server {
	calls := sparktest.Generate(sparktest.History{Span: 36 * time.Hour, End: time.Now().UTC()})
	server := sparktest.NewServer(t, append(opts, sparktest.Service("my-folder", "my-service", calls...))...)
	t.Setenv("CSPARK_BASE_URL", server.BaseURL)
	t.Setenv("CSPARK_BEARER_TOKEN", server.BearerToken)
	return server
}

// muted discards what is printed, until the test ends.
func muted(t *testing.T) {
	terminal := os.Stdout
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	require.NoError(t, err)
	os.Stdout = null
	t.Cleanup(func() { os.Stdout = terminal; require.NoError(t, null.Close()) })
}

// The README's snippets do what they are said to do.
func TestReadmeSnippets(t *testing.T) {
	muted(t)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC))) // virtual: the mirror has few windows
		server := readmeServer(t, sparktest.InMemory())
		t.Chdir(t.TempDir())
		ctx := t.Context()
		client, err := spark.NewClientFromEnv(spark.WithHTTPClient(checked(t, server)))
		require.NoError(t, err)
		service := client.Service("my-folder", "my-service")

		require.NoError(t, readmeCall(ctx, client))
		require.NoError(t, readmeSearch(ctx, service))
		require.NoError(t, readmeExport(ctx, service))
		require.NoError(t, readmeStart(ctx, service))
		require.NoError(t, readmeResume(ctx, client))
		require.NoError(t, readmeWorkbook(ctx, service))
		require.FileExists(t, "call.xlsx")
		require.NoError(t, readmeMirror(ctx, service))

		archive, err := record.OpenArchive("errors.zip")
		require.NoError(t, err)
		defer archive.Close()
		call, err := client.GetCall(ctx, readmeID)
		require.NoError(t, err)
		require.NoError(t, readmeCompare(call, call, archive, archive))
		require.NoError(t, readmeStats(archive))
	})
}

// The README's test meets the fault that it asks for.
func TestReadmeFault(t *testing.T) {
	server, client, err := readmeFault(t)
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	require.NoError(t, client.Service(server.Folder, server.Service).WriteWorkbook(t.Context(), server.Calls()[0].ID, io.Discard))
	require.Len(t, server.Requests(sparktest.File), 2)
}

// The README's programs run when they are pasted, and all other Go in it stands above.
func TestReadme(t *testing.T) {
	readmeServer(t)
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	source, err := os.ReadFile("example_readme_test.go")
	require.NoError(t, err)
	flat := func(code string) string { return strings.Join(strings.Fields(code), " ") }

	var printed []string
	for _, snippet := range strings.Split(string(readme), "```go\n")[1:] {
		snippet, _, _ = strings.Cut(snippet, "```")
		if !strings.HasPrefix(snippet, "package main") {
			require.Contains(t, flat(string(source)), flat(snippet))
			continue
		}
		path := filepath.Join(t.TempDir(), "main.go")
		require.NoError(t, os.WriteFile(path, []byte(snippet), 0o600))
		out, err := exec.Command("go", "run", path, readmeID, "Annual Premium").CombinedOutput()
		require.NoError(t, err, "%s", out)
		printed = append(printed, string(out))
	}
	require.Len(t, printed, 2)
	require.Regexp(t, `^2.* UTC \S+@example.com \d+\.\d+\n$`, printed[0])
	require.Greater(t, strings.Count(printed[1], "\n"), 1)
}
