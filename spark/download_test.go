package spark_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// bubble runs a test in virtual time against an emulator in memory, with an
// export job that is done.
func bubble(t *testing.T, test func(t *testing.T, server *sparktest.Server, job spark.Job), opts ...sparktest.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, append([]sparktest.Option{sparktest.InMemory(), sparktest.JobDuration(0)}, opts...)...)
		job, err := newService(t, server).StartExport(t.Context(), spark.JSON, spark.Filter{})
		require.NoError(t, err)
		_, err = job.Wait(t.Context())
		require.NoError(t, err)
		test(t, server, job)
	})
}

// holdsOnly fails where a folder holds anything but the named files.
func holdsOnly(t *testing.T, folder string, names ...string) {
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
func wholeZIP(t *testing.T, content []byte) {
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

func TestSave(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		folder := t.TempDir()
		path := filepath.Join(folder, "calls.zip")
		var seen []spark.Transfer
		require.NoError(t, job.Save(t.Context(), path, spark.OnTransfer(func(p spark.Transfer) { seen = append(seen, p) })))
		holdsOnly(t, folder, "calls.zip")
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		wholeZIP(t, content)
		last := seen[len(seen)-1]
		require.EqualValues(t, len(content), last.Bytes)
		require.EqualValues(t, len(content), last.Total)
		require.NotEmpty(t, last.Name)
		require.Zero(t, last.Resumed)
		require.Len(t, server.Requests(sparktest.File), 1)

		var buffer bytes.Buffer
		require.NoError(t, job.WriteTo(t.Context(), &buffer))
		require.Equal(t, content, buffer.Bytes())
	})
}

// Faults that a download gets over, each at several points of the file.
func TestDownloadGetsOver(t *testing.T) {
	type parts = []sparktest.FaultPart
	for name, test := range map[string]struct {
		faults []parts
		ranged bool // the last request asks for the rest only
	}{
		"connection reset at once": {[]parts{{sparktest.Reset()}}, false},
		"reset in the middle":      {[]parts{{sparktest.ResetAfter(1000)}}, true},
		"reset three times":        {[]parts{{sparktest.ResetAfter(1000)}, {sparktest.ResetAfter(1000)}, {sparktest.ResetAfter(1)}}, true},
		"truncation":               {[]parts{{sparktest.Truncate(2000)}}, true},
		"truncation before a byte": {[]parts{{sparktest.Truncate(0)}}, false},
		"stall":                    {[]parts{{sparktest.Stall(500)}}, true},
		"hang":                     {[]parts{{sparktest.Hang()}}, false},
		"500, 502, 503":            {[]parts{{sparktest.Status(500)}, {sparktest.HTML(502)}, {sparktest.BareStatus(503)}}, false},
		"429":                      {[]parts{{sparktest.Status(429), sparktest.RetryAfter(20 * time.Second)}}, false},
		"expired address":          {[]parts{{sparktest.ExpiredURL()}}, false},
		"expired while resuming":   {[]parts{{sparktest.ResetAfter(1000)}, {sparktest.ExpiredURL()}}, true},
		"404":                      {[]parts{{sparktest.BareStatus(404)}}, false},
		"410":                      {[]parts{{sparktest.BareStatus(410)}}, false},
		"401":                      {[]parts{{sparktest.BareStatus(401)}}, false},
		"no ranges":                {[]parts{{sparktest.ResetAfter(1000)}, {sparktest.NoRanges()}}, true},
		"416":                      {[]parts{{sparktest.ResetAfter(1000)}, {sparktest.BareStatus(416)}}, false},
		"HTML under 200":           {[]parts{{sparktest.HTML(200)}}, false},
		"empty body":               {[]parts{{sparktest.EmptyBody()}}, false},
		"redirect":                 {[]parts{{sparktest.FilesElsewhere()}}, false},
		"slow":                     {[]parts{{sparktest.Slow(1000, 50*time.Second)}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
				var whole bytes.Buffer
				require.NoError(t, job.WriteTo(t.Context(), &whole))
				script := func() {
					for _, fault := range test.faults {
						server.Fault(sparktest.File, fault...)
					}
				}
				folder := t.TempDir()
				script()
				before := len(server.Requests(sparktest.File))
				require.NoError(t, job.Save(t.Context(), filepath.Join(folder, "calls.zip")))
				holdsOnly(t, folder, "calls.zip")
				saved, err := os.ReadFile(filepath.Join(folder, "calls.zip"))
				require.NoError(t, err)
				require.Equal(t, whole.Bytes(), saved)
				requests := server.Requests(sparktest.File)[before:]
				last := requests[len(requests)-1]
				require.Equal(t, test.ranged, last.Header.Get("Range") != "")
				if test.ranged {
					require.NotEmpty(t, last.Header.Get("If-Range"))
				}

				script()
				var written bytes.Buffer
				if name == "416" {
					// What was written can't be taken back.
					require.Error(t, job.WriteTo(t.Context(), &written))
					return
				}
				require.NoError(t, job.WriteTo(t.Context(), &written))
				require.Equal(t, whole.Bytes(), written.Bytes())
			})
		})
	}
}

// Where ranges are ignored, what a writer has is compared with what comes again;
// a connection that breaks meanwhile is no reason to give up either.
func TestWriteGetsOverBreaksWhileItComesAgain(t *testing.T) {
	for name, again := range map[string]sparktest.FaultPart{
		"reset": sparktest.ResetAfter(500), "end": sparktest.Truncate(500), "stall": sparktest.Stall(500),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
				var whole, written bytes.Buffer
				require.NoError(t, job.WriteTo(t.Context(), &whole))
				server.Fault(sparktest.File, sparktest.ResetAfter(1000))
				server.Fault(sparktest.File, sparktest.NoRanges(), again, sparktest.Times(2))
				require.NoError(t, job.WriteTo(t.Context(), &written))
				require.Equal(t, whole.Bytes(), written.Bytes())

				server.Fault(sparktest.File, sparktest.ResetAfter(1000))
				server.Fault(sparktest.File, sparktest.NoRanges(), again, sparktest.Always())
				err := job.WriteTo(t.Context(), io.Discard)
				var failure *spark.APIError
				require.ErrorAs(t, err, &failure)
				require.True(t, failure.Temporary())
			})
		})
	}
}

// A web page in the middle is another file, and says nothing of the length of ours.
func TestWriteNoticesAWebPageInTheMiddle(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		server.Fault(sparktest.File, sparktest.ResetAfter(1000))
		server.Fault(sparktest.File, sparktest.HTML(200))
		var written bytes.Buffer
		err := job.WriteTo(t.Context(), &written)
		require.ErrorContains(t, err, "the file changed on the platform")
		var failed *spark.DownloadError
		require.ErrorAs(t, err, &failed)
		require.EqualValues(t, 1000, failed.Bytes)
		require.Greater(t, failed.Total, failed.Bytes)
		require.Equal(t, 1000, written.Len())
	})
}

func TestDownloadFailsClearly(t *testing.T) {
	type parts = []sparktest.FaultPart
	for name, test := range map[string]struct {
		fault parts
		is    error
		says  string
		kept  bool
	}{
		"HTML for ever":         {parts{sparktest.HTML(200)}, spark.ErrCorrupt, "HTML", false},
		"empty for ever":        {parts{sparktest.EmptyBody()}, spark.ErrCorrupt, "", false},
		"corrupt for ever":      {parts{sparktest.Corrupt()}, spark.ErrCorrupt, "", false},
		"cut short for ever":    {parts{sparktest.CutShort(3000)}, spark.ErrCorrupt, "", false},
		"expired for ever":      {parts{sparktest.ExpiredURL()}, spark.ErrForbidden, "403", false},
		"gone for ever":         {parts{sparktest.BareStatus(410)}, spark.ErrNotFound, "410", false},
		"down for ever":         {parts{sparktest.Status(503)}, spark.ErrUnavailable, "503", false},
		"down after some bytes": {parts{sparktest.Status(503)}, spark.ErrUnavailable, "503", true},
		"refused":               {parts{sparktest.Status(400)}, spark.ErrBadRequest, "400", false},
		"no content":            {parts{sparktest.BareStatus(204)}, spark.ErrUnexpectedAnswer, "204", false},
		"reset for ever":        {parts{sparktest.Reset()}, nil, "", false},
		"hang for ever":         {parts{sparktest.Hang()}, nil, "no data arrived in time", false},
		"one byte and no more":  {parts{sparktest.Truncate(0)}, io.ErrUnexpectedEOF, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
				if test.kept {
					server.Fault(sparktest.File, sparktest.Truncate(1000))
				}
				server.Fault(sparktest.File, append(test.fault, sparktest.Always())...)
				folder := t.TempDir()
				path := filepath.Join(folder, "calls.zip")
				err := job.Save(t.Context(), path)
				require.Error(t, err)
				if test.is != nil {
					require.ErrorIs(t, err, test.is)
				}
				require.ErrorContains(t, err, test.says)
				require.NotContains(t, err.Error(), "/tokens/")
				require.NotContains(t, err.Error(), "\n")
				require.Contains(t, err.Error(), job.ID)
				var failed *spark.DownloadError
				require.ErrorAs(t, err, &failed)
				if !test.kept {
					holdsOnly(t, folder)
					require.Empty(t, failed.Part)
				} else {
					holdsOnly(t, folder, "calls.zip.part", "calls.zip.part.json")
					require.Equal(t, path+".part", failed.Part)
					require.EqualValues(t, 1000, failed.Bytes)
				}
				var written bytes.Buffer
				require.Error(t, job.WriteTo(t.Context(), &written))
				require.NotContains(t, written.String(), "<html>")
				require.Less(t, len(server.Requests(sparktest.File)), 20)
			})
		})
	}
}

func TestDownloadThatCannotGoOnBeforeTheDeadlineFailsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		server.Fault(sparktest.File, sparktest.Status(429), sparktest.RetryAfter(40*time.Second))
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		start := time.Now()
		err := job.WriteTo(ctx, io.Discard)
		require.Zero(t, time.Since(start))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, spark.ErrRateLimited)
		require.NotContains(t, err.Error(), "\n")
	})
}

// A process that ends in the middle of a download leaves a part file, which
// another one goes on from.
func TestSaveGoesOnFromThePartFile(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		folder := t.TempDir()
		path := filepath.Join(folder, "calls.zip")
		server.Fault(sparktest.File, sparktest.Stall(5000))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		start := time.Now()
		err := job.Save(ctx, path)
		require.Equal(t, 10*time.Second, time.Since(start))
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorContains(t, err, "save to the same path to go on")
		holdsOnly(t, folder, "calls.zip.part", "calls.zip.part.json")
		note, err := os.ReadFile(path + ".part.json")
		require.NoError(t, err)
		require.NotContains(t, string(note), "/tokens/")

		elsewhere := newService(t, server).Job(job.Format, job.ID)
		require.NoError(t, elsewhere.Save(t.Context(), path))
		requests := server.Requests(sparktest.File)
		require.Equal(t, "bytes=5000-", requests[len(requests)-1].Header.Get("Range"))
		holdsOnly(t, folder, "calls.zip")
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		wholeZIP(t, content)
	})
}

func TestSaveStartsOverWhereThePartIsNoBeginning(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, server *sparktest.Server, path string){
		"the file changed": func(_ *testing.T, server *sparktest.Server, _ string) { server.ChangeFiles() },
		"another identity": func(t *testing.T, _ *sparktest.Server, path string) { edit(t, path+".part.json", "export", "other") },
		"no note":          func(t *testing.T, _ *sparktest.Server, path string) { require.NoError(t, os.Remove(path+".part.json")) },
		"a note that's none": func(t *testing.T, _ *sparktest.Server, path string) {
			require.NoError(t, os.WriteFile(path+".part.json", []byte("{"), 0o600))
		},
		"other bytes": func(t *testing.T, _ *sparktest.Server, path string) {
			require.NoError(t, os.WriteFile(path+".part", make([]byte, 700), 0o600))
		},
		"too many bytes": func(t *testing.T, _ *sparktest.Server, path string) {
			require.NoError(t, os.WriteFile(path+".part", make([]byte, 10<<20), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
				folder := t.TempDir()
				path := filepath.Join(folder, "calls.zip")
				server.Fault(sparktest.File, sparktest.Truncate(1000))
				server.Fault(sparktest.File, sparktest.Status(400))
				require.Error(t, job.Save(t.Context(), path))
				holdsOnly(t, folder, "calls.zip.part", "calls.zip.part.json")
				spoil(t, server, path)
				require.NoError(t, job.Save(t.Context(), path))
				holdsOnly(t, folder, "calls.zip")
				content, err := os.ReadFile(path)
				require.NoError(t, err)
				wholeZIP(t, content)
			})
		})
	}
}

func edit(t *testing.T, path, from, to string) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(content), from)
	require.NoError(t, os.WriteFile(path, bytes.ReplaceAll(content, []byte(from), []byte(to)), 0o600))
}

// A part that is whole, because the process ended before it got its name, is
// not fetched again.
func TestSaveFinishesAWholePart(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		folder := t.TempDir()
		path := filepath.Join(folder, "calls.zip")
		server.Fault(sparktest.File, sparktest.Truncate(1000))
		server.Fault(sparktest.File, sparktest.Status(400))
		require.Error(t, job.Save(t.Context(), path))
		var whole bytes.Buffer
		require.NoError(t, job.WriteTo(t.Context(), &whole))
		require.NoError(t, os.WriteFile(path+".part", whole.Bytes(), 0o600))
		before := len(server.Requests(sparktest.File))
		require.NoError(t, job.Save(t.Context(), path))
		require.Len(t, server.Requests(sparktest.File), before)
		holdsOnly(t, folder, "calls.zip")
	})
}

func TestDownloadNeverMixesTwoVersionsOfAFile(t *testing.T) {
	for name, faults := range map[string][][]sparktest.FaultPart{
		"changed between two requests":            {{sparktest.ResetAfter(1000)}, {sparktest.ChangeFiles()}},
		"changed, and ranges are ignored":         {{sparktest.ResetAfter(1000)}, {sparktest.ChangeFiles(), sparktest.NoRanges()}},
		"changed, and the precondition is absent": {{sparktest.ResetAfter(1000), sparktest.Header("ETag", ""), sparktest.Header("Last-Modified", "")}, {sparktest.ChangeFiles()}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
				for _, fault := range faults {
					server.Fault(sparktest.File, fault...)
				}
				path := filepath.Join(t.TempDir(), "calls.zip")
				require.NoError(t, job.Save(t.Context(), path))
				saved, err := os.ReadFile(path)
				require.NoError(t, err)
				wholeZIP(t, saved)

				for _, fault := range faults {
					server.Fault(sparktest.File, fault...)
				}
				err = job.WriteTo(t.Context(), io.Discard)
				require.ErrorContains(t, err, "the file changed on the platform")
			})
		})
	}
}

func TestSaveKeepsAFileThatIsThere(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		folder := t.TempDir()
		path := filepath.Join(folder, "calls.zip")
		require.NoError(t, os.WriteFile(path, []byte("precious"), 0o600))
		before := len(server.Requests())
		err := job.Save(t.Context(), path)
		require.ErrorIs(t, err, fs.ErrExist)
		require.ErrorContains(t, err, "Overwrite")
		require.Len(t, server.Requests(), before)
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, "precious", string(content))

		server.Fault(sparktest.File, sparktest.HTML(200), sparktest.Always())
		require.Error(t, job.Save(t.Context(), path, spark.Overwrite()))
		content, err = os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, "precious", string(content))
	})
	bubble(t, func(t *testing.T, _ *sparktest.Server, job spark.Job) {
		path := filepath.Join(t.TempDir(), "calls.zip")
		require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
		require.NoError(t, job.Save(t.Context(), path, spark.Overwrite()))
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		wholeZIP(t, content)
	})
}

// A file that appears while the download goes on is kept as well.
func TestSaveKeepsAFileThatAppears(t *testing.T) {
	bubble(t, func(t *testing.T, _ *sparktest.Server, job spark.Job) {
		path := filepath.Join(t.TempDir(), "calls.zip")
		err := job.Save(t.Context(), path, spark.OnTransfer(func(spark.Transfer) {
			require.NoError(t, os.WriteFile(path, []byte("precious"), 0o600))
		}))
		require.ErrorIs(t, err, fs.ErrExist)
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, "precious", string(content))
	})
}

func TestSaveRefusesBadPathsBeforeSending(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		before := len(server.Requests())
		folder := t.TempDir()
		require.ErrorIs(t, job.Save(t.Context(), ""), spark.ErrInvalidArgument)
		require.ErrorIs(t, job.Save(t.Context(), folder), spark.ErrInvalidArgument)
		require.ErrorIs(t, job.Save(t.Context(), folder, spark.Overwrite()), spark.ErrInvalidArgument)
		require.ErrorIs(t, job.Save(t.Context(), filepath.Join(folder, "none", "calls.zip")), fs.ErrNotExist)
		require.Len(t, server.Requests(), before)
	})
}

func TestFullDisk(t *testing.T) {
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

func TestWriterThatFails(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		broken := errors.New("broken pipe")
		err := job.WriteTo(t.Context(), writer(func(p []byte) (int, error) { return 0, broken }))
		require.ErrorIs(t, err, broken)
		require.Len(t, server.Requests(sparktest.File), 1)
	})
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

func TestWorkbook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		for _, auth := range []spark.Auth{spark.BearerToken(server.BearerToken), spark.SyntheticKey(server.APIKey)} {
			service := newClientWith(t, server, auth).Service(server.Folder, server.Service)
			call := lastOfV4(t, server)
			folder := t.TempDir()
			for name, opts := range map[string][]spark.WorkbookOption{"last.xlsx": nil, "first.xlsx": {spark.Index(0)}, "legacy.xlsx": {spark.LegacyWorkbook()}} {
				path := filepath.Join(folder, name)
				require.NoError(t, service.SaveWorkbook(t.Context(), call.ID, path, opts...))
				saved, err := os.ReadFile(path)
				require.NoError(t, err)
				wholeZIP(t, saved)
				var written bytes.Buffer
				var named string
				opts = append(opts, spark.OnTransfer(func(p spark.Transfer) { named = p.Name }))
				require.NoError(t, service.WriteWorkbook(t.Context(), call.ID, &written, opts...))
				require.Equal(t, saved, written.Bytes())
				require.Equal(t, ".xlsx", filepath.Ext(named))
			}
			require.ErrorIs(t, service.WriteWorkbook(t.Context(), call.ID, io.Discard, spark.Index(call.Index+1)), spark.ErrBadRequest)
			require.ErrorIs(t, service.WriteWorkbook(t.Context(), call.ID, io.Discard, spark.Index(-1)), spark.ErrInvalidArgument)
			require.ErrorIs(t, service.WriteWorkbook(t.Context(), anyCallID, io.Discard), spark.ErrNotFound)
		}
	})
}

func TestSuggestedNamesAreClean(t *testing.T) {
	for header, want := range map[string]string{
		`attachment; filename="report.xlsx"`:                   "report.xlsx",
		`attachment; filename="../../etc/passwd"`:              "passwd",
		`attachment; filename="C:\\Windows\\evil.xlsx"`:        "evil.xlsx",
		`attachment; filename=".bashrc"`:                       "bashrc",
		`attachment; filename*=UTF-8''pr%C3%A4mie%2Fx%0A.xlsx`: "x.xlsx",
		`attachment; filename=".."`:                            "file.zip",
		`attachment`:                                           "file.zip",
		`;;;`:                                                  "file.zip",
		``:                                                     "file.zip",
	} {
		t.Run(header, func(t *testing.T) {
			w := newWorld(t, map[string]http.HandlerFunc{
				apiOrigin: answer(`{"status":null,"response_data":{"download_url":"` + fileOrigin + `/token-in-path/file.zip"}}`),
				fileOrigin: func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Disposition", header)
					archive := zip.NewWriter(w)
					require.NoError(t, archive.Close())
				},
			})
			var named string
			err := w.client(apiOrigin+"/t", spark.BearerToken(hidden)).Service("f", "s").
				WriteWorkbook(t.Context(), anyCallID, io.Discard, spark.OnTransfer(func(p spark.Transfer) { named = p.Name }))
			require.NoError(t, err)
			require.Equal(t, want, named)
		})
	}
}

func TestAddressesThatCannotBeUsed(t *testing.T) {
	for _, address := range []string{"", "file.zip", "ftp://files.example.com/x", "http://files.example.com/token-in-path", "https://", "\x7f://"} {
		w := newWorld(t, map[string]http.HandlerFunc{apiOrigin: answer(fmt.Sprintf(`{"status":null,"response_data":{"download_url":%q}}`, address))})
		folder := t.TempDir()
		err := w.client(apiOrigin+"/t", spark.BearerToken(hidden)).Service("f", "s").SaveWorkbook(t.Context(), anyCallID, filepath.Join(folder, "x.xlsx"))
		require.Error(t, err)
		require.NotContains(t, err.Error(), "token-in-path")
		require.Empty(t, w.requests("http://files.example.com"))
		holdsOnly(t, folder)
	}
}
