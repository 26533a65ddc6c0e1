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
				require.NoError(t, job.WriteTo(t.Context(), &written))
				require.Equal(t, whole.Bytes(), written.Bytes())
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
				before := len(server.Requests(sparktest.File))
				require.NoError(t, job.Save(t.Context(), path))
				if name == "another identity" {
					require.Empty(t, server.Requests(sparktest.File)[before].Header.Get("Range"), "it may be any file")
				}
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
					_, err := archive.Create("[Content_Types].xml")
					require.NoError(t, err)
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

// Two runs at the same time, as of a cron job that is too slow: the second one
// is refused, and the first one isn't disturbed.
func TestSaveIsLockedAgainstASecondRun(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		folder := t.TempDir()
		path := filepath.Join(folder, "calls.zip")
		server.Fault(sparktest.File, sparktest.Slow(3000, time.Second))
		first := make(chan error)
		go func() { first <- job.Save(t.Context(), path) }()
		time.Sleep(3 * time.Second)
		before := len(server.Requests(sparktest.File))
		err := job.Save(t.Context(), path)
		require.ErrorContains(t, err, "another download is writing it")
		require.Len(t, server.Requests(sparktest.File), before)
		require.NoError(t, <-first)
		holdsOnly(t, folder, "calls.zip")
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		wholeZIP(t, content)
	})
}

func TestSaveKeepsAPartFileOfTheUsers(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		folder := t.TempDir()
		path := filepath.Join(folder, "calls.zip")
		require.NoError(t, os.WriteFile(path+".part", []byte("precious"), 0o600))
		err := job.Save(t.Context(), path)
		require.ErrorIs(t, err, fs.ErrExist)
		require.ErrorContains(t, err, "no part of an earlier download")
		holdsOnly(t, folder, "calls.zip.part")
	})
}

func TestSaveCleansUpWhenTheCallerPanics(t *testing.T) {
	bubble(t, func(t *testing.T, _ *sparktest.Server, job spark.Job) {
		path := filepath.Join(t.TempDir(), "calls.zip")
		require.Panics(t, func() {
			_ = job.Save(t.Context(), path, spark.OnTransfer(func(p spark.Transfer) {
				if p.Bytes > 0 {
					panic("the caller's own")
				}
			}))
		})
		require.NoError(t, job.Save(t.Context(), path)) // the lock is gone too
	})
}

// fileWorld serves a ZIP by a handler of the test's.
func fileWorld(t *testing.T, file http.HandlerFunc) (*world, spark.Job) {
	t.Helper()
	w := newWorld(t, map[string]http.HandlerFunc{
		apiOrigin:  answer(`{"status":null,"response_data":{"progress":100,"download_url":"` + fileOrigin + `/docstore/api/v1/documents/versions/tokens/token-in-path/file.zip"}}`),
		fileOrigin: file,
	})
	return w, w.job()
}

// cut answers with the whole file, or a part of it, and breaks off after n bytes.
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

// A server without ranges sends all from the beginning each time. Its breaks
// count until more has arrived than ever before.
func TestSaveGivesUpWhereNoTryGetsFurther(t *testing.T) {
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

// A writer's bytes are compared with those that come again, which may break off too.
func TestWriteToGoesOnAfterABreakWhileComparing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		content := someZIP(t)
		cuts := []int{200_000, 100_000, len(content)}
		_, job := fileWorld(t, func(w http.ResponseWriter, r *http.Request) {
			next := cuts[0]
			cuts = cuts[1:]
			cut(content, next)(w, r)
		})
		var out bytes.Buffer
		require.NoError(t, job.WriteTo(t.Context(), &out))
		require.Equal(t, content, out.Bytes())
	})
}

// A partial answer that doesn't say of which version it is can't be trusted.
func TestPartialAnswersWithoutAValidatorAreNotMixedIn(t *testing.T) {
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
		path := filepath.Join(t.TempDir(), "calls.zip")
		require.NoError(t, job.Save(t.Context(), path))
		saved, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, old, saved)
	})
}

// A partial answer of a file of another length is none of this file, whatever its
// validator says.
func TestPartialAnswersOfAnotherLengthAreNotMixedIn(t *testing.T) {
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
		var out bytes.Buffer
		require.NoError(t, job.WriteTo(t.Context(), &out))
		require.Equal(t, content, out.Bytes())
		require.Len(t, w.requests(fileOrigin), 3, "the partial answer is noticed at once")
	})
}

// Files are asked for as often, and waited for as long, as the policy has it.
func TestDownloadsKeepToTheRetryPolicy(t *testing.T) {
	bubble(t, func(t *testing.T, server *sparktest.Server, job spark.Job) {
		client := newClient(t, server, spark.WithRetry(spark.RetryPolicy{MaxAttempts: 3, MaxRetryAfter: 30 * time.Second}))
		job = client.Service(server.Folder, server.Service).Job(job.Format, job.ID)
		down := server.Fault(sparktest.File, sparktest.Always(), sparktest.Status(503), sparktest.RetryAfter(time.Hour))
		start := time.Now()
		require.ErrorIs(t, job.WriteTo(t.Context(), io.Discard), spark.ErrUnavailable)
		require.Equal(t, 3, down.Hits())
		require.Equal(t, time.Minute, time.Since(start), "twice 30 s, not hours")
	})
}

// A file whose length isn't said at first is known by it once a partial answer says it.
func TestPartialAnswersTellTheLength(t *testing.T) {
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
		require.NoError(t, client.Service("f", "s").Job(spark.JSON, anyCallID).WriteTo(t.Context(), &out, spark.OnTransfer(func(p spark.Transfer) {
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
		err = job.Save(t.Context(), path, spark.Overwrite())
		var failed *spark.DownloadError
		require.ErrorAs(t, err, &failed)
		require.Empty(t, failed.Part)
		holdsOnly(t, folder, "calls.zip")
	})
}

// File hosts repeat the address in their errors, and so does net/http.
func TestFileErrorsDoNotRepeatTheAddress(t *testing.T) {
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
				err := client.Service("f", "s").Job(spark.JSON, anyCallID).WriteTo(t.Context(), io.Discard)
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

func TestWorkbookMustBeOne(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{
		apiOrigin:  answer(`{"status":null,"response_data":{"download_url":"` + fileOrigin + `/x.zip"}}`),
		fileOrigin: func(out http.ResponseWriter, _ *http.Request) { _, _ = out.Write(someZIP(t)) },
	})
	service := w.client(apiOrigin+"/t", spark.BearerToken(hidden)).Service("f", "s")
	folder := t.TempDir()
	for _, err := range []error{
		service.SaveWorkbook(t.Context(), anyCallID, filepath.Join(folder, "call.xlsx")),
		service.WriteWorkbook(t.Context(), anyCallID, io.Discard),
	} {
		require.ErrorIs(t, err, spark.ErrCorrupt)
		require.ErrorContains(t, err, "[Content_Types].xml")
	}
	holdsOnly(t, folder)
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
		require.NoError(t, client.Service(job.Folder, job.Service).Job(job.Format, job.ID).WriteTo(t.Context(), io.Discard))
		require.Len(t, events, 3)
		require.Error(t, events[0].Err)
		require.True(t, events[1].Retry)
		require.Equal(t, 2, events[2].Attempt)
		require.NoError(t, events[2].Err)
	})
}
