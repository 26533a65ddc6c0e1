package spark_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/samples"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestWorkbook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		for _, auth := range []spark.Auth{spark.BearerToken(server.BearerToken), spark.APIKey(server.APIKey)} {
			service := newClientWith(t, server, auth).Service(server.Folder, server.Service)
			call := lastOfV4(t, server)
			directory := t.TempDir()
			for name, opts := range map[string][]spark.WorkbookOption{"last.xlsx": nil, "first.xlsx": {spark.WithIndex(0)}, "legacy.xlsx": {spark.WithLegacyWorkbook()}} {
				path := filepath.Join(directory, name)
				require.NoError(t, service.SaveWorkbook(t.Context(), call.ID, path, opts...))
				saved := readFile(t, path)
				completeZIP(t, saved)
				var written bytes.Buffer
				var named string
				opts = append(opts, spark.WithDownloadProgress(func(p spark.DownloadProgress) { named = p.Name }))
				require.NoError(t, service.WriteWorkbook(t.Context(), call.ID, &written, opts...))
				require.Equal(t, saved, written.Bytes())
				require.Equal(t, ".xlsx", filepath.Ext(named))
			}
			require.ErrorIs(t, service.WriteWorkbook(t.Context(), call.ID, io.Discard, spark.WithIndex(call.Index+1)), spark.ErrBadRequest)
			require.ErrorIs(t, service.WriteWorkbook(t.Context(), call.ID, io.Discard, spark.WithIndex(-1)), spark.ErrInvalidArgument)
			require.ErrorIs(t, service.WriteWorkbook(t.Context(), anyCallID, io.Discard), spark.ErrNotFound)
		}
	})
}

// An OLE file is an old workbook, or one with a password.
const oleFile = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on"

func TestWorkbookFormats(t *testing.T) {
	for name, test := range map[string]struct {
		content []byte
		refused string // empty: saved
	}{
		"xlsx":       {samples.ZIP(t, zip.Deflate, samples.File{"[Content_Types].xml", "<Types/>"}, samples.File{"xl/workbook.xml", "<workbook/>"}), ""},
		"xlsb":       {samples.ZIP(t, zip.Deflate, samples.File{"xl/workbook.bin", "b"}), ""},
		"OLE":        {[]byte(oleFile), ""},
		"export":     {samples.ZIP(t, zip.Deflate, samples.File{"calls.json", "[]"}), "without xl/workbook.xml"},
		"empty ZIP":  {samples.ZIP(t, zip.Deflate), "without xl/workbook.xml"},
		"cut OLE":    {[]byte(oleFile[:7]), "format is unknown"},
		"HTML":       {[]byte("\ufeff <!DOCTYPE html><p>Sign in"), "looks like HTML"},
		"JSON":       {[]byte(` {"status":"Error"}`), "looks like JSON"},
		"text":       {[]byte("not yet"), "looks like text"},
		"PDF":        {[]byte("%PDF-1.7"), "looks like a PDF"},
		"bytes":      {[]byte{0, 1, 2, 3}, "format is unknown"},
		"nothing":    {nil, "it is empty"},
		"damaged":    {samples.ZIP(t, zip.Deflate, samples.File{"xl/workbook.xml", "<workbook/>"})[:60], "looks like a ZIP archive but is cut short"},
		"begin only": {[]byte("P"), "looks like text"},
	} {
		t.Run(name, virtual(func(t *testing.T) {
			service := workbookWorld(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(test.content) })
			directory, path := newPath(t, "call.xlsx")
			err := service.SaveWorkbook(t.Context(), anyCallID, path)
			if test.refused != "" {
				require.ErrorIs(t, err, record.ErrCorrupt)
				require.ErrorContains(t, err, test.refused)
				requireOnly(t, directory)
				return
			}
			require.NoError(t, err)
			saved := readFile(t, path)
			require.Equal(t, test.content, saved)
		}))
	}
}

// Nothing but the length shows whether an OLE file is complete.
func TestOLEWorkbookOfTheWrongLength(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var written bytes.Buffer
		err := workbookWorld(t, cut([]byte(oleFile), 12)).WriteWorkbook(t.Context(), anyCallID, &written)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.Zero(t, written.Len())
	})
}

// No checksum would show that an OLE file is a mixture of two versions.
func TestOLEWorkbookIsNeverMixed(t *testing.T) {
	for name, tag := range map[string]string{"another version": `"new"`, "unknown version": ""} {
		t.Run(name, virtual(func(t *testing.T) {
			changed := strings.Replace(oleFile, "and so on", "AND SO ON", 1)
			tries := 0
			var written bytes.Buffer
			require.NoError(t, workbookWorld(t, func(w http.ResponseWriter, r *http.Request) {
				if tries++; tries == 1 {
					w.Header().Set("ETag", `"old"`)
					cut([]byte(oleFile), 12)(w, r)
					return
				}
				if tag != "" {
					w.Header().Set("ETag", tag)
				}
				if r.Header.Get("Range") == "" {
					_, _ = io.WriteString(w, changed)
					return
				}
				w.Header().Set("Content-Range", fmt.Sprintf("bytes 12-%d/%d", len(changed)-1, len(changed)))
				w.WriteHeader(http.StatusPartialContent)
				_, _ = io.WriteString(w, changed[12:])
			}).WriteWorkbook(t.Context(), anyCallID, &written))
			require.Equal(t, changed, written.String())
		}))
	}
}

// An export is never an OLE file.
func TestOLEExportIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, job := fileWorld(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, oleFile) })
		err := job.Write(t.Context(), io.Discard)
		require.ErrorIs(t, err, record.ErrCorrupt)
		require.ErrorContains(t, err, "looks like an OLE file")
	})
}
