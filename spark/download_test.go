package spark_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestSave(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		directory, path := newPath(t, "calls.zip")
		var seen []spark.DownloadProgress
		require.NoError(t, job.Save(t.Context(), path, spark.WithDownloadProgress(func(p spark.DownloadProgress) { seen = append(seen, p) })))
		requireOnly(t, directory, "calls.zip")
		content := readFile(t, path)
		completeZIP(t, content)
		require.Len(t, server.Requests(sparktest.File), 1)
		last := seen[len(seen)-1]
		require.EqualValues(t, len(content), last.Bytes)
		require.EqualValues(t, len(content), last.Total)
		require.Equal(t, "premium_json.zip", last.Name)
		require.Zero(t, last.Resumed)
	})
}

// TestFaultMatrix has each fault alone. These are sequences of
// faults, and whether the last request is for the missing bytes only.
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
		"damaged":                  {[]parts{{testfault.Corrupt()}}, false},
		"nothing in the middle":    {[]parts{{sparktest.ResetAfter(1000)}, {testfault.EmptyBody()}}, true},
	} {
		t.Run(name, bubbled(func(t *testing.T, server *sparktest.Server, job spark.Job) {
			want := saved(t, job)
			for _, fault := range test.faults {
				server.Fault(sparktest.File, fault...)
			}
			require.Equal(t, want, saved(t, job))
			requests := server.Requests(sparktest.File)
			last := requests[len(requests)-1].Header
			require.Equal(t, test.resumes, last.Get("Range") != "")
			require.Equal(t, test.resumes, last.Get("If-Range") != "")
		}))
	}
}

// Wherever a file breaks off, the download resumes from there.
func TestDownloadResumesAnywhere(t *testing.T) {
	for name, breakOff := range map[string]func(int) sparktest.FaultPart{
		"reset": sparktest.ResetAfter, "end": sparktest.Truncate, "stall": sparktest.Stall,
	} {
		t.Run(name, bubbled(func(t *testing.T, server *sparktest.Server, job spark.Job) {
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
		}))
	}
}

// A file that changes between two requests is downloaded again.
func TestDownloadNeverMixesTwoVersionsOfAFile(t *testing.T) {
	for name, parts := range map[string][2][]sparktest.FaultPart{
		"resumed":                         {},
		"ranges are ignored":              {1: {testfault.NoRanges()}},
		"nothing identifies the versions": {0: {sparktest.Header("ETag", ""), sparktest.Header("Last-Modified", "")}},
	} {
		t.Run(name, bubbled(func(t *testing.T, server *sparktest.Server, job spark.Job) {
			before := saved(t, job)
			server.Fault(sparktest.File, append(parts[0], sparktest.ResetAfter(1000))...)
			server.Fault(sparktest.File, append(parts[1], testfault.ChangeFiles(server))...)
			mixed := saved(t, job)
			require.NotEqual(t, before, mixed)
			require.Equal(t, saved(t, job), mixed)
		}))
	}
}

// A server without ranges starts over each time. Broken connections count until an
// attempt gets further than all before it.
func TestDownloadGivesUpIfNoAttemptGetsFurther(t *testing.T) {
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
		failure := errorAs[*spark.APIError](t, err)
		require.Equal(t, len(w.requests(fileOrigin)), failure.Attempts)
		require.Equal(t, w.requests(fileOrigin)[failure.Attempts-1].Header.Get("x-request-id"), failure.RequestID)
	})
}

// A partial response that may belong to another version isn't appended. The complete
// file is requested at once instead.
func TestRangesThatDoNotFitAreNotAppended(t *testing.T) {
	content := someZIP(t)
	changed := bytes.Clone(content)
	copy(changed[200_000:], bytes.Repeat([]byte("FEDCBA9876543210"), 10_000))
	sameLength := fmt.Sprintf("bytes 150000-%d/%d", len(content)-1, len(content))
	for name, test := range map[string]struct {
		tag, contentRange string
		part              []byte
	}{
		"no validator":    {"", sameLength, changed[150_000:]},
		"another version": {`"2"`, sameLength, changed[150_000:]},
		"another length":  {`"1"`, "bytes 150000-159999/160000", content[150_000:160_000]},
	} {
		t.Run(name, virtual(func(t *testing.T) {
			tries := 0
			var refused time.Time
			w, job := fileWorld(t, func(w http.ResponseWriter, r *http.Request) {
				switch tries++; {
				case tries == 1:
					w.Header().Set("ETag", `"1"`)
					cut(content, 150_000)(w, r)
				case r.Header.Get("Range") != "":
					w.Header().Set("ETag", test.tag)
					w.Header().Set("Content-Range", test.contentRange)
					w.WriteHeader(http.StatusPartialContent)
					_, _ = w.Write(test.part)
					refused = time.Now()
				default:
					require.Equal(t, refused, time.Now())
					_, _ = w.Write(content)
				}
			})
			require.Equal(t, content, saved(t, job))
			require.Len(t, w.requests(fileOrigin), 3)
		}))
	}
}

// The retry policy limits the attempts and the waits of downloads too.
func TestDownloadsFollowTheRetryPolicy(t *testing.T) {
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

// The length of a file may become known only with a partial response.
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
				response.Body = io.NopCloser(io.MultiReader(bytes.NewReader(content[:150_000]), breaksOff))
			}
			return response, err
		})
		var totals []int64
		client := w.bearer(spark.WithHTTPClient(&http.Client{Transport: transport}))
		var out bytes.Buffer
		require.NoError(t, client.Service("f", "s").Job(spark.FormatJSON, anyCallID).Write(t.Context(), &out, spark.WithDownloadProgress(func(p spark.DownloadProgress) {
			totals = append(totals, p.Total)
		})))
		require.Equal(t, content, out.Bytes())
		require.EqualValues(t, -1, totals[0])
		require.EqualValues(t, len(content), totals[len(totals)-1])
	})
}

// A weak ETag doesn't identify the bytes, so no range is requested, and no part file
// is kept for a later run.
func TestDownloadsWithWeakValidatorsStartOver(t *testing.T) {
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
		directory, path := newPath(t, "calls.zip")
		require.NoError(t, job.Save(t.Context(), path))
		require.Equal(t, content, readFile(t, path))
		for _, request := range w.requests(fileOrigin) {
			require.Empty(t, request.Header.Get("Range"))
		}

		w.handlers[fileOrigin] = cut(content, 150_000)
		err := job.Save(t.Context(), path, spark.WithOverwrite())
		require.Empty(t, errorAs[*spark.DownloadError](t, err).Part)
		requireOnly(t, directory, "calls.zip")
	})
}

// File hosts repeat the URL in their errors, and so does net/http.
func TestFileErrorsDoNotRepeatTheURL(t *testing.T) {
	const path = "/docstore/api/v1/documents/versions/tokens/token-in-path/file.zip"
	for name, handler := range map[string]http.HandlerFunc{
		"path in JSON":     respondBody(400, `{"path":"`+path+`"}`),
		"path in HTML":     respondBody(403, "Cannot GET "+path),
		"status 500":       respondBody(500, path),
		"HTML under 200":   respondBody(200, "<html>"+path),
		"redirect to junk": respondStatus(302, "Location", path+"%zz"),
	} {
		t.Run(name, virtual(func(t *testing.T) {
			w, _ := fileWorld(t, handler)
			var seen []error
			client := w.bearer(spark.WithObserver(func(_ context.Context, e spark.Event) { seen = append(seen, e.Err) }))
			err := client.Service("f", "s").Job(spark.FormatJSON, anyCallID).Write(t.Context(), io.Discard)
			require.Error(t, err)
			for _, shown := range append(seen, chain(err)...) {
				if shown != nil {
					require.NotContains(t, shown.Error(), "token-in-path")
				}
			}
		}))
	}
}

// chain returns an error and all that it wraps.
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

// Wherever a download is interrupted, the failure before it is reported.
func TestInterruptedDownloadReportsTheFailureBefore(t *testing.T) {
	for name, second := range map[string]sparktest.FaultPart{"hangs": sparktest.Hang(), "stalls": sparktest.Stall(100)} {
		t.Run(name, bubbled(func(t *testing.T, server *sparktest.Server, job spark.Job) {
			server.Fault(sparktest.File, testfault.BareStatus(503))
			server.Fault(sparktest.File, second)
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(30*time.Second, func() { cancel(errShutdown) })
			err := job.Write(ctx, io.Discard)
			for _, is := range []error{context.Canceled, errShutdown, spark.ErrUnavailable} {
				require.ErrorIs(t, err, is)
			}
			require.NotContains(t, err.Error(), "\n")
		}))
	}
}
