package spark_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// bubble runs a test in virtual time against an emulator in memory, with an
// export job that is done.
func bubble(t *testing.T, test func(t *testing.T, server *sparktest.Server, job spark.Job), opts ...sparktest.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, append([]sparktest.Option{sparktest.InMemory(), sparktest.JobDuration(0)}, opts...)...)
		job, err := newService(t, server).StartExport(t.Context(), spark.FormatJSON, spark.Filter{})
		require.NoError(t, err)
		_, err = job.Wait(t.Context())
		require.NoError(t, err)
		test(t, server, job)
	})
}

// requireOnly fails if a directory contains anything but the named files.
func requireOnly(t *testing.T, folder string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	found := []string{}
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	require.ElementsMatch(t, names, found)
}

// wholeZIP reads every file of a ZIP, and with it every checksum.
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
	directory := t.TempDir()
	require.NoError(t, job.Save(t.Context(), filepath.Join(directory, "calls.zip")))
	requireOnly(t, directory, "calls.zip")
	content, err := os.ReadFile(filepath.Join(directory, "calls.zip"))
	require.NoError(t, err)
	return content
}

// fileWorld serves a ZIP by a handler of the test's.
func fileWorld(t *testing.T, file http.HandlerFunc) (*world, spark.Job) {
	t.Helper()
	w := newWorld(t, map[string]http.HandlerFunc{
		apiOrigin:  respond(`{"status":null,"response_data":{"progress":100,"download_url":"` + fileOrigin + `/docstore/api/v1/documents/versions/tokens/token-in-path/file.zip"}}`),
		fileOrigin: file,
	})
	return w, w.job()
}

// cut responds with the complete file, or a part of it, and breaks off after n bytes.
func cut(content []byte, n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		_, _ = w.Write(content[:n])
	}
}

func someZIP(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	entry, err := archive.CreateHeader(&zip.FileHeader{Name: "calls.json", Method: zip.Store})
	require.NoError(t, err)
	_, err = entry.Write(bytes.Repeat([]byte("0123456789abcdef"), 64<<10))
	require.NoError(t, err)
	require.NoError(t, archive.Close())
	return out.Bytes()
}

func TestSave(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		directory := t.TempDir()
		path := filepath.Join(directory, "calls.zip")
		var seen []spark.DownloadProgress
		require.NoError(t, job.Save(t.Context(), path, spark.WithDownloadProgress(func(p spark.DownloadProgress) { seen = append(seen, p) })))
		requireOnly(t, directory, "calls.zip")
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		completeZIP(t, content)
		require.Len(t, server.Requests(sparktest.File), 1)
		last := seen[len(seen)-1]
		require.EqualValues(t, len(content), last.Bytes)
		require.EqualValues(t, len(content), last.Total)
		require.NotEmpty(t, last.Name)
		require.Zero(t, last.Resumed)
	})
}

// TestFaultMatrix has each fault alone. Here are some in a row, and which of them
// are resumed from the bytes so far.
func TestDownloadResumes(t *testing.T) {
	type parts = []sparktest.FaultPart
	for name, test := range map[string]struct {
		faults  []parts
		resumes bool // the last request is for the rest only
	}{
		"reset at once":            {[]parts{{sparktest.Reset()}}, false},
		"reset three times":        {[]parts{{sparktest.ResetAfter(1000)}, {sparktest.ResetAfter(1000)}, {sparktest.ResetAfter(1)}}, true},
		"truncation before a byte": {[]parts{{sparktest.Truncate(0)}}, false},
		"500, 502, 503":            {[]parts{{sparktest.Status(500)}, {sparktest.HTML(502)}, {testfault.BareStatus(503)}}, false},
		"expired while resuming":   {[]parts{{sparktest.ResetAfter(1000)}, {testfault.ExpiredURL()}}, true},
		"ranges ignored":           {[]parts{{sparktest.ResetAfter(1000)}, {testfault.NoRanges()}}, true},
		"ranges refused":           {[]parts{{sparktest.ResetAfter(1000)}, {testfault.BareStatus(416)}}, false},
		"a web page in the middle": {[]parts{{sparktest.ResetAfter(1000)}, {sparktest.HTML(200)}}, true},
		"nothing in the middle":    {[]parts{{sparktest.ResetAfter(1000)}, {testfault.EmptyBody()}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
				want := saved(t, job)
				for _, fault := range test.faults {
					server.Fault(sparktest.File, fault...)
				}
				require.Equal(t, want, saved(t, job))
				requests := server.Requests(sparktest.File)
				last := requests[len(requests)-1].Header
				require.Equal(t, test.resumes, last.Get("Range") != "")
				require.Equal(t, test.resumes, last.Get("If-Range") != "")
			})
		})
	}
}

// Wherever a file breaks off, the download resumes from there.
func TestDownloadResumesAnywhere(t *testing.T) {
	for name, breakOff := range map[string]func(int) sparktest.FaultPart{
		"reset": sparktest.ResetAfter, "end": sparktest.Truncate, "stall": sparktest.Stall,
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
				want := saved(t, job)
				points := []int{1, 2, 3, len(want) / 2, len(want) - 2, len(want) - 1}
				for n := 100; n < len(want); n += 3989 {
					points = append(points, n)
				}
				for _, n := range points {
					server.Fault(sparktest.File, breakOff(n))
					before := len(server.Requests(sparktest.File))
					require.Equal(t, want, saved(t, job))
					resumed := server.Requests(sparktest.File)[before+1]
					require.Equal(t, fmt.Sprintf("bytes=%d-", n), resumed.Header.Get("Range"))
				}
			})
		})
	}
}

func TestDownloadFailsClearly(t *testing.T) {
	type parts = []sparktest.FaultPart
	for name, test := range map[string]struct {
		fault parts
		is    error
		says  string
		kept  bool
	}{
		"HTML":                  {parts{sparktest.HTML(200)}, record.ErrCorrupt, "it looks like HTML", false},
		"empty":                 {parts{testfault.EmptyBody()}, record.ErrCorrupt, "it is empty", false},
		"corrupt":               {parts{testfault.Corrupt()}, record.ErrCorrupt, "entry", false},
		"cut short":             {parts{testfault.CutShort(3000)}, record.ErrCorrupt, "it looks like a ZIP archive but is cut short or damaged", false},
		"down after some bytes": {parts{sparktest.Status(503)}, spark.ErrUnavailable, "503", true},
		"HTML after some bytes": {parts{sparktest.HTML(200)}, spark.ErrUnexpectedResponse, "the response isn't the file: it looks like HTML", true},
		"one byte and no more":  {parts{sparktest.Truncate(0)}, io.ErrUnexpectedEOF, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
				if test.kept {
					server.Fault(sparktest.File, sparktest.Truncate(1000))
				}
				server.Fault(sparktest.File, append(test.fault, sparktest.Always())...)
				directory := t.TempDir()
				path := filepath.Join(directory, "calls.zip")
				err := job.Save(t.Context(), path)
				require.ErrorIs(t, err, test.is)
				require.ErrorContains(t, err, test.says)
				require.NotContains(t, err.Error(), "/tokens/")
				require.NotContains(t, err.Error(), "\n")
				require.Contains(t, err.Error(), job.ID)
				var failed *spark.DownloadError
				require.ErrorAs(t, err, &failed)
				if test.kept {
					requireOnly(t, directory, "calls.zip.part", "calls.zip.part.json")
					require.Equal(t, path+".part", failed.Part)
					require.EqualValues(t, 1000, failed.Bytes)
				} else {
					requireOnly(t, directory)
					require.Empty(t, failed.Part)
				}
				require.Less(t, len(server.Requests(sparktest.File)), 20)
			})
		})
	}
}

// A file that changes between two requests is downloaded again.
func TestDownloadNeverMixesTwoVersionsOfAFile(t *testing.T) {
	for name, parts := range map[string][2][]sparktest.FaultPart{
		"resumed":                         {},
		"ranges are ignored":              {1: {testfault.NoRanges()}},
		"nothing identifies the versions": {0: {sparktest.Header("ETag", ""), sparktest.Header("Last-Modified", "")}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
				before := saved(t, job)
				server.Fault(sparktest.File, append(parts[0], sparktest.ResetAfter(1000))...)
				server.Fault(sparktest.File, append(parts[1], testfault.ChangeFiles(server))...)
				mixed := saved(t, job)
				require.NotEqual(t, before, mixed)
				require.Equal(t, saved(t, job), mixed)
			})
		})
	}
}

// A server without ranges sends all from the beginning each time. Its breaks
// count until more has arrived than ever before.
func TestDownloadGivesUpWhereNoAttemptGetsFurther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		content := someZIP(t)
		tries := 0
		w, job := fileWorld(t, func(w http.ResponseWriter, r *http.Request) {
			tries++
			cut(content, 100_000+200_000*(tries%2))(w, r)
		})
		err := job.Save(t.Context(), filepath.Join(t.TempDir(), "calls.zip"))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.Less(t, len(w.requests(fileOrigin)), 10)
		var failure *spark.APIError
		require.ErrorAs(t, err, &failure)
		require.Equal(t, len(w.requests(fileOrigin)), failure.Attempts)
		require.Equal(t, w.requests(fileOrigin)[failure.Attempts-1].Header.Get("x-request-id"), failure.RequestID)
	})
}

// A partial response that doesn't say of which version it is can't be trusted.
func TestPartialResponsesWithoutAValidatorAreNotMixedIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old, changed := someZIP(t), someZIP(t)
		copy(changed[200_000:], bytes.Repeat([]byte("FEDCBA9876543210"), 10_000))
		tries := 0
		_, job := fileWorld(t, func(w http.ResponseWriter, r *http.Request) {
			switch tries++; {
			case tries == 1:
				w.Header().Set("ETag", `"old"`)
				cut(old, 150_000)(w, r)
			case r.Header.Get("Range") != "":
				w.Header().Set("Content-Range", fmt.Sprintf("bytes 150000-%d/%d", len(changed)-1, len(changed)))
				w.WriteHeader(http.StatusPartialContent)
				_, _ = w.Write(changed[150_000:])
			default:
				_, _ = w.Write(old)
			}
		})
		require.Equal(t, old, saved(t, job))
	})
}

// A partial response of a file of another length is none of this file, whatever its
// validator says.
func TestPartialResponsesOfAnotherLengthAreNotMixedIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		content, tries := someZIP(t), 0
		w, job := fileWorld(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"same"`)
			switch tries++; {
			case tries == 1:
				cut(content, 150_000)(w, r)
			case r.Header.Get("Range") != "":
				w.Header().Set("Content-Range", fmt.Sprintf("bytes 150000-159999/%d", 160_000))
				w.WriteHeader(http.StatusPartialContent)
				_, _ = w.Write(content[150_000:160_000])
			default:
				_, _ = w.Write(content)
			}
		})
		require.Equal(t, content, saved(t, job))
		require.Len(t, w.requests(fileOrigin), 3, "the partial response is noticed at once")
	})
}

// Files are asked for as often, and waited for as long, as the policy has it.
func TestDownloadsKeepToTheRetryPolicy(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		client := newClient(t, server, spark.WithRetry(spark.RetryPolicy{MaxAttempts: 3, MaxRetryAfter: 30 * time.Second}))
		job = client.Service(server.Folder, server.Service).Job(job.Format, job.ID)
		down := server.Fault(sparktest.File, sparktest.Always(), sparktest.Status(503), sparktest.RetryAfter(time.Hour))
		start := time.Now()
		require.ErrorIs(t, job.Write(t.Context(), io.Discard), spark.ErrUnavailable)
		require.Equal(t, 3, down.Hits())
		require.Equal(t, time.Minute, time.Since(start), "twice 30 s, not hours")
	})
}

// A file whose length isn't said at first is known by it once a partial response says it.
func TestPartialResponsesReportTheLength(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		content := someZIP(t)
		w, _ := fileWorld(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"same"`)
			w.Header().Set("Content-Range", fmt.Sprintf("bytes 150000-%d/%d", len(content)-1, len(content)))
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write(content[150_000:])
		})
		transport := roundTrip(func(request *http.Request) (*http.Response, error) {
			response, err := w.RoundTrip(request)
			if err == nil && request.URL.Host == "entitystore.uat.us.coherent.global" && request.Header.Get("Range") == "" {
				response.StatusCode, response.ContentLength = http.StatusOK, -1
				response.Body = io.NopCloser(io.MultiReader(bytes.NewReader(content[:150_000]), breaksOff{}))
			}
			return response, err
		})
		var totals []int64
		client := w.client(apiOrigin+"/t", spark.BearerToken(hidden), spark.WithHTTPClient(&http.Client{Transport: transport}))
		var out bytes.Buffer
		require.NoError(t, client.Service("f", "s").Job(spark.FormatJSON, anyCallID).Write(t.Context(), &out, spark.WithDownloadProgress(func(p spark.DownloadProgress) {
			totals = append(totals, p.Total)
		})))
		require.Equal(t, content, out.Bytes())
		require.EqualValues(t, -1, totals[0])
		require.EqualValues(t, len(content), totals[len(totals)-1])
	})
}

// A weak ETag doesn't tell byte from byte, so nothing can be asked for apart, and
// nothing is left for a later run.
func TestWeakValidatorsAreNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		content, tries := someZIP(t), 0
		w, job := fileWorld(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `W/"weak"`)
			if tries++; tries%2 == 1 {
				cut(content, 150_000)(w, r)
				return
			}
			cut(content, len(content))(w, r)
		})
		folder := t.TempDir()
		path := filepath.Join(folder, "calls.zip")
		require.NoError(t, job.Save(t.Context(), path))
		saved, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, content, saved)
		for _, request := range w.requests(fileOrigin) {
			require.Empty(t, request.Header.Get("Range"))
		}

		w.handlers[fileOrigin] = cut(content, 150_000)
		err = job.Save(t.Context(), path, spark.WithOverwrite())
		var failed *spark.DownloadError
		require.ErrorAs(t, err, &failed)
		require.Empty(t, failed.Part)
		requireOnly(t, folder, "calls.zip")
	})
}

// File hosts repeat the address in their errors, and so does net/http.
func TestFileErrorsDoNotRepeatTheURL(t *testing.T) {
	const path = "/docstore/api/v1/documents/versions/tokens/token-in-path/file.zip"
	for name, handler := range map[string]http.HandlerFunc{
		"path in JSON": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(400)
			_, _ = io.WriteString(w, `{"path":"`+path+`"}`)
		},
		"path in HTML": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(403)
			_, _ = io.WriteString(w, "Cannot GET "+path)
		},
		"status 500": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500); _, _ = io.WriteString(w, path) },
		"redirect to junk": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", path+"%zz")
			w.WriteHeader(302)
		},
		"HTML under 200": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>"+path) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, _ := fileWorld(t, handler)
				var seen []error
				client := w.client(apiOrigin+"/t", spark.BearerToken(hidden), spark.WithObserver(func(_ context.Context, e spark.Event) { seen = append(seen, e.Err) }))
				err := client.Service("f", "s").Job(spark.FormatJSON, anyCallID).Write(t.Context(), io.Discard)
				require.Error(t, err)
				for _, shown := range append(seen, chain(err)...) {
					if shown != nil {
						require.NotContains(t, shown.Error(), "token-in-path")
					}
				}
			})
		})
	}
}

// chain is an error and all that it wraps.
func chain(err error) []error {
	if err == nil {
		return nil
	}
	switch wrapping := err.(type) {
	case interface{ Unwrap() error }:
		return append(chain(wrapping.Unwrap()), err)
	case interface{ Unwrap() []error }:
		all := []error{err}
		for _, inner := range wrapping.Unwrap() {
			all = append(all, chain(inner)...)
		}
		return all
	}
	return []error{err}
}

func TestDownloadsAreObserved(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		server.Fault(sparktest.File, sparktest.ResetAfter(1000))
		var events []spark.Event
		client := newClient(t, server, spark.WithObserver(func(_ context.Context, e spark.Event) {
			if e.Operation == "download file" {
				events = append(events, e)
			}
		}))
		require.NoError(t, client.Service(job.Folder, job.Service).Job(job.Format, job.ID).Write(t.Context(), io.Discard))
		require.Len(t, events, 3)
		require.Error(t, events[0].Err)
		require.True(t, events[1].Retry)
		require.Equal(t, 2, events[2].Attempt)
		require.NoError(t, events[2].Err)
	})
}

func TestDownloadThatCannotResumeBeforeTheDeadlineFailsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		server.Fault(sparktest.File, sparktest.Status(429), sparktest.RetryAfter(40*time.Second))
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		start := time.Now()
		err := job.Write(ctx, io.Discard)
		require.Less(t, time.Since(start), time.Second)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, spark.ErrRateLimited)
		require.NotContains(t, err.Error(), "\n")
	})
}

// Wherever a download is interrupted, the failure before it is reported.
func TestInterruptedDownloadReportsTheFailureBefore(t *testing.T) {
	for name, second := range map[string]sparktest.FaultPart{"hangs": sparktest.Hang(), "stalls": sparktest.Stall(100)} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
				server.Fault(sparktest.File, testfault.BareStatus(503))
				server.Fault(sparktest.File, second)
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(30*time.Second, func() { cancel(errShutdown) })
				err := job.Write(ctx, io.Discard)
				for _, is := range []error{context.Canceled, errShutdown, spark.ErrUnavailable} {
					require.ErrorIs(t, err, is)
				}
				require.NotContains(t, err.Error(), "\n")
			})
		})
	}
}
