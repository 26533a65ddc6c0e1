package spark_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// A process that ends in the middle of a download leaves a part file, which
// another one resumes.
func TestSaveResumesThePartFile(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		directory, path := newPath(t, "calls.zip")
		server.Fault(sparktest.File, sparktest.Stall(5000))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		start := time.Now()
		err := job.Save(ctx, path)
		require.Equal(t, 10*time.Second, time.Since(start))
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorContains(t, err, "save to the same path to resume")
		requireOnly(t, directory, "calls.zip.part", "calls.zip.part.json")
		state := readFile(t, path+".part.json")
		require.NotContains(t, string(state), "/tokens/")

		elsewhere := newService(t, server).Job(job.Format, job.ID)
		require.NoError(t, elsewhere.Save(t.Context(), path))
		requests := server.Requests(sparktest.File)
		require.Equal(t, "bytes=5000-", requests[len(requests)-1].Header.Get("Range"))
		requireOnly(t, directory, "calls.zip")
		completeZIP(t, readFile(t, path))
	})
}

func TestSaveStartsOverIfThePartDoesNotFit(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, server *sparktest.Server, path string){
		"the file changed": func(_ *testing.T, server *sparktest.Server, _ string) { server.ChangeFiles() },
		"another identity": func(t *testing.T, _ *sparktest.Server, path string) { edit(t, path+".part.json", "export", "other") },
		"a damaged state": func(t *testing.T, _ *sparktest.Server, path string) {
			require.NoError(t, os.WriteFile(path+".part.json", []byte("{"), 0o600))
		},
		"other bytes": func(t *testing.T, _ *sparktest.Server, path string) {
			require.NoError(t, os.WriteFile(path+".part", make([]byte, 700), 0o600))
		},
		"too many bytes": func(t *testing.T, _ *sparktest.Server, path string) {
			require.NoError(t, os.WriteFile(path+".part", make([]byte, 10<<20), 0o600))
		},
	} {
		t.Run(name, bubbled(func(t *testing.T, server *sparktest.Server, job spark.Job) {
			directory, path := newPath(t, "calls.zip")
			server.Fault(sparktest.File, sparktest.Truncate(1000))
			server.Fault(sparktest.File, sparktest.Status(400))
			require.Error(t, job.Save(t.Context(), path))
			requireOnly(t, directory, "calls.zip.part", "calls.zip.part.json")
			spoil(t, server, path)
			before := len(server.Requests(sparktest.File))
			require.NoError(t, job.Save(t.Context(), path))
			if name == "another identity" {
				require.Empty(t, server.Requests(sparktest.File)[before].Header.Get("Range"), "it may be any file")
			}
			requireOnly(t, directory, "calls.zip")
			completeZIP(t, readFile(t, path))
		}))
	}
}

func edit(t *testing.T, path, from, to string) {
	t.Helper()
	content := readFile(t, path)
	require.Contains(t, string(content), from)
	require.NoError(t, os.WriteFile(path, bytes.ReplaceAll(content, []byte(from), []byte(to)), 0o600))
}

func TestSaveDoesNotReplaceAFile(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		path := filepath.Join(t.TempDir(), "calls.zip")
		require.NoError(t, os.WriteFile(path, []byte("precious"), 0o600))
		before := len(server.Requests())
		err := job.Save(t.Context(), path)
		require.ErrorIs(t, err, fs.ErrExist)
		require.ErrorContains(t, err, "Overwrite")
		require.Len(t, server.Requests(), before)
		require.Equal(t, "precious", string(readFile(t, path)))

		server.Fault(sparktest.File, sparktest.HTML(200), sparktest.Always())
		require.Error(t, job.Save(t.Context(), path, spark.WithOverwrite()))
		require.Equal(t, "precious", string(readFile(t, path)))
	})
	bubble(t, func(t *testing.T, _ *sparktest.Server, job spark.Job) {
		path := filepath.Join(t.TempDir(), "calls.zip")
		require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
		require.NoError(t, job.Save(t.Context(), path, spark.WithOverwrite()))
		completeZIP(t, readFile(t, path))
	})
}

// A file that appears while the download goes on is not replaced either.
func TestSaveDoesNotReplaceAFileThatAppears(t *testing.T) {
	bubble(t, func(t *testing.T, _ *sparktest.Server, job spark.Job) {
		path := filepath.Join(t.TempDir(), "calls.zip")
		err := job.Save(t.Context(), path, spark.WithDownloadProgress(func(spark.DownloadProgress) {
			require.NoError(t, os.WriteFile(path, []byte("precious"), 0o600))
		}))
		require.ErrorIs(t, err, fs.ErrExist)
		require.Equal(t, "precious", string(readFile(t, path)))
	})
}

func TestSaveRefusesBadPathsBeforeSending(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		before := len(server.Requests())
		directory := t.TempDir()
		require.ErrorIs(t, job.Save(t.Context(), ""), spark.ErrInvalidArgument)
		require.ErrorIs(t, job.Save(t.Context(), directory), spark.ErrInvalidArgument)
		require.ErrorIs(t, job.Save(t.Context(), directory, spark.WithOverwrite()), spark.ErrInvalidArgument)
		require.ErrorIs(t, job.Save(t.Context(), filepath.Join(directory, "none", "calls.zip")), fs.ErrNotExist)
		require.Len(t, server.Requests(), before)
	})
}

func TestSaveReportsAFullDisk(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("/dev/full is Linux's")
	}
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		path := filepath.Join(t.TempDir(), "calls.zip")
		require.NoError(t, os.Symlink("/dev/full", path+".part"))
		err := job.Save(t.Context(), path)
		require.ErrorIs(t, err, syscall.ENOSPC)
		require.NoFileExists(t, path)
		require.LessOrEqual(t, len(server.Requests(sparktest.File)), 1)
	})
}

// If two runs overlap, such as those of a slow cron job, the second one fails, and the
// first one isn't disturbed.
func TestSaveIsLockedAgainstASecondRun(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		directory, path := newPath(t, "calls.zip")
		server.Fault(sparktest.File, sparktest.Slow(3000, time.Second))
		first := make(chan error)
		go func() { first <- job.Save(t.Context(), path) }()
		time.Sleep(3 * time.Second)
		before := len(server.Requests(sparktest.File))
		err := job.Save(t.Context(), path)
		require.ErrorContains(t, err, "another download is writing it")
		require.Len(t, server.Requests(sparktest.File), before)
		require.NoError(t, <-first)
		requireOnly(t, directory, "calls.zip")
		completeZIP(t, readFile(t, path))
	})
}

func TestSaveCleansUpWhenTheCallerPanics(t *testing.T) {
	bubble(t, func(t *testing.T, _ *sparktest.Server, job spark.Job) {
		path := filepath.Join(t.TempDir(), "calls.zip")
		require.Panics(t, func() {
			_ = job.Save(t.Context(), path, spark.WithDownloadProgress(func(p spark.DownloadProgress) {
				if p.Bytes > 0 {
					panic("the caller's own")
				}
			}))
		})
		require.NoError(t, job.Save(t.Context(), path)) // the lock is gone too
	})
}

func TestWriteReportsTheErrorOfTheWriter(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		broken := errors.New("broken pipe")
		err := job.Write(t.Context(), writer(func([]byte) (int, error) { return 0, broken }))
		require.ErrorIs(t, err, broken)
		require.Len(t, server.Requests(sparktest.File), 1)
		requireOnly(t, os.TempDir())
	})
}

func TestCopyToAWriterEndsWithTheContext(t *testing.T) {
	_, job := fileWorld(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(someZIP(t)) })
	ctx, cancel := context.WithCancel(t.Context())
	writes := 0
	err := job.Write(ctx, writer(func(p []byte) (int, error) {
		writes++
		cancel()
		return len(p), nil
	}))
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 1, writes)
}

// Nothing is downloaded if there is no place for it.
func TestWriteWithoutATemporaryDirectorySendsNothing(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		before := len(server.Requests())
		require.ErrorIs(t, job.Write(t.Context(), new(bytes.Buffer)), fs.ErrNotExist)
		require.Len(t, server.Requests(), before)
	})
}

// A run that ends between the last byte and the check leaves a complete part.
func TestSaveIsCancelledBeforeTheCheck(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		directory, path := newPath(t, "calls.zip")
		ctx, cancel := context.WithCancel(t.Context())
		err := job.Save(ctx, path, spark.WithDownloadProgress(func(p spark.DownloadProgress) {
			if p.Bytes == p.Total {
				cancel()
			}
		}))
		require.ErrorIs(t, err, context.Canceled)
		requireOnly(t, directory, "calls.zip.part", "calls.zip.part.json")
		require.NoError(t, job.Save(t.Context(), path))
		require.Len(t, server.Requests(sparktest.File), 1)
		requireOnly(t, directory, "calls.zip")
		completeZIP(t, readFile(t, path))
	})
}
