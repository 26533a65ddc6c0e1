package spark_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/contract"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// checked sends requests to the server and checks each of them, and each
// response, against openapi/spark.yaml.
func checked(t testing.TB, server *sparktest.Server) *http.Client {
	t.Helper()
	transport := server.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: contract.Transport(server.BaseURL, transport, func(err error) { t.Errorf("contract: %v", err) })}
}

func newClient(t testing.TB, server *sparktest.Server, opts ...spark.Option) *spark.Client {
	t.Helper()
	return newClientWith(t, server, spark.BearerToken(server.BearerToken), opts...)
}

func newClientWith(t testing.TB, server *sparktest.Server, auth spark.Auth, opts ...spark.Option) *spark.Client {
	t.Helper()
	opts = append([]spark.Option{spark.WithHTTPClient(checked(t, server))}, opts...)
	client, err := spark.NewClient(server.BaseURL, auth, opts...)
	require.NoError(t, err)
	return client
}

func newService(t testing.TB, server *sparktest.Server, opts ...spark.Option) *spark.Service {
	t.Helper()
	return newClient(t, server, opts...).Service(server.Folder, server.Service)
}

// bubble runs a test in virtual time against an emulator in memory, with an
// export job that is done.
func bubble(t *testing.T, test func(t *testing.T, server *sparktest.Server, job spark.Job)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(0))
		job, err := newService(t, server).StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
		require.NoError(t, err)
		_, err = job.Wait(t.Context())
		require.NoError(t, err)
		test(t, server, job)
	})
}

// requireOnly fails if a directory contains anything but the named files.
func requireOnly(t *testing.T, directory string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(directory)
	require.NoError(t, err)
	found := []string{}
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	require.ElementsMatch(t, names, found)
}

// completeZIP reads every file of a ZIP, and with it every checksum.
func completeZIP(t *testing.T, content []byte) {
	t.Helper()
	reader, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	require.NotEmpty(t, reader.File)
	for _, file := range reader.File {
		opened, err := file.Open()
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, opened)
		require.NoError(t, err)
		require.NoError(t, opened.Close())
	}
}

// saved downloads a job's archive to a new directory and returns its content.
func saved(t *testing.T, job spark.Job) []byte {
	t.Helper()
	directory, path := newPath(t, "calls.zip")
	require.NoError(t, job.Save(t.Context(), path))
	requireOnly(t, directory, "calls.zip")
	return readFile(t, path)
}

// secretsOf returns the credentials that a server knows, the tokens that it issued,
// and the URLs of its files.
func secretsOf(server *sparktest.Server) []string {
	secrets := []string{server.BearerToken, server.APIKey, server.ClientSecret, "/tokens/"}
	for _, request := range server.Requests() {
		if token, found := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer "); found {
			secrets = append(secrets, token)
		}
		if request.Operation == sparktest.File {
			secrets = append(secrets, request.Path)
		}
	}
	return secrets
}

func uniqueIDs(server *sparktest.Server) []string {
	var ids []string
	seen := map[string]bool{}
	for _, call := range server.Calls() {
		if !seen[call.ID] {
			ids = append(ids, call.ID)
		}
		seen[call.ID] = true
	}
	return ids
}

func lastOfV4(t *testing.T, server *sparktest.Server) sparktest.Call {
	t.Helper()
	var last sparktest.Call
	for _, call := range server.Calls() {
		if call.Index > 0 && (last.ID == "" || call.ID == last.ID) {
			last = call
		}
	}
	require.NotEmpty(t, last.ID)
	return last
}

// virtual makes a subtest run in virtual time.
func virtual(test func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) { synctest.Test(t, test) }
}

// bubbled makes a subtest run in a [bubble].
func bubbled(test func(t *testing.T, server *sparktest.Server, job spark.Job)) func(*testing.T) {
	return func(t *testing.T) { bubble(t, test) }
}

// errorAs returns the error of that type in a chain.
func errorAs[E error](t testing.TB, err error) (found E) {
	t.Helper()
	require.ErrorAs(t, err, &found)
	return found
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return content
}

// newPath returns an empty directory, and the path of a file in it that doesn't exist.
func newPath(t testing.TB, name string) (directory, path string) {
	directory = t.TempDir()
	return directory, filepath.Join(directory, name)
}

var errShutdown = errors.New("the program shuts down")
