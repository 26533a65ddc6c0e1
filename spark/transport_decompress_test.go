package spark_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

func TestCompressedResponsesOfTheAPI(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{
		tokenHost: gzips(t, `{"access_token":"`+hidden+`","expires_in":300,"token_type":"Bearer"}`),
		apiOrigin: gzips(t, recordResponse),
	})
	call, err := w.client(apiOrigin+"/t", spark.ClientCredentials("id", "secret")).GetCall(t.Context(), anyCallID)
	require.NoError(t, err)
	require.Equal(t, anyCallID, call.ID)
	require.Contains(t, everything(t, w.requests(apiOrigin)[0]), hidden)
}

// A compressed file can't be resumed: ranges would count compressed bytes, and the
// length isn't the file's.
func TestCompressedFilesAreNotResumed(t *testing.T) {
	content := someZIP(t)
	compressed := gzipped(t, content)
	for name, first := range map[string]http.HandlerFunc{
		"complete":  nil,
		"broken":    cut(compressed, len(compressed)/2),
		"shortened": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(compressed[:len(compressed)-3]) },
		"checksum": func(w http.ResponseWriter, _ *http.Request) {
			damaged := bytes.Clone(compressed)
			damaged[len(damaged)-5] ^= 1
			_, _ = w.Write(damaged)
		},
	} {
		t.Run(name, virtual(func(t *testing.T) {
			w, job := fileWorld(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				w.Header().Set("ETag", `"1"`)
				if serve := first; serve != nil {
					first = nil
					serve(w, r)
					return
				}
				cut(compressed, len(compressed))(w, r)
			})
			directory := t.TempDir()
			var last spark.DownloadProgress
			require.NoError(t, job.Save(t.Context(), filepath.Join(directory, "calls.zip"), spark.WithDownloadProgress(func(p spark.DownloadProgress) { last = p })))
			requireOnly(t, directory, "calls.zip")
			require.EqualValues(t, len(content), last.Bytes)
			require.EqualValues(t, -1, last.Total)
			for _, request := range w.requests(fileOrigin) {
				require.Empty(t, request.Header.Get("Range"))
			}
		}))
	}
}

// A compressed range isn't appended to an uncompressed part.
func TestCompressedRangesAreNotAppended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		content := someZIP(t)
		w, job := fileWorld(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"1"`)
			if r.Header.Get("Range") == "" {
				cut(content, 150_000)(w, r)
				return
			}
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Content-Range", fmt.Sprintf("bytes 150000-%d/%d", len(content)-1, len(content)))
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write(gzipped(t, content[150_000:]))
		})
		directory := t.TempDir()
		err := job.Save(t.Context(), filepath.Join(directory, "calls.zip"))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		failed := errorAs[*spark.DownloadError](t, err)
		require.EqualValues(t, 150_000, failed.Bytes)
		require.NotEmpty(t, w.requests(fileOrigin))
	})
}
