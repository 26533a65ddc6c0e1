package record_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sparkgo/spark-go/spark/internal/samples"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
)

func newArchive(t testing.TB, data []byte, opts ...record.Option) *record.Archive {
	t.Helper()
	archive, err := record.NewArchive(bytes.NewReader(data), int64(len(data)), opts...)
	require.NoError(t, err)
	return archive
}

func archiveOf(t testing.TB, files ...samples.File) *record.Archive {
	t.Helper()
	return newArchive(t, samples.ZIP(t, zip.Deflate, files...))
}

func callJSON(id string) string { return `{"EngineCallId":"` + id + `"}` }

// manyRecords returns a JSON file of n records of about 2 kB.
func manyRecords(n int) string {
	var b strings.Builder
	b.WriteString("[")
	for i := range n {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"EngineCallId":"%d","padding":"%s"}`, i, strings.Repeat("x", 2000))
	}
	b.WriteString("]")
	return b.String()
}

func TestOpenArchive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.zip")
	require.NoError(t, os.WriteFile(path, samples.ZIP(t, zip.Deflate, samples.File{"a.json", callJSON("a")}), 0o600))
	archive, err := record.OpenArchive(path)
	require.NoError(t, err)
	for range 2 { // an iteration can be repeated
		ids, errs := collect(archive.Calls())
		require.Equal(t, []string{"a"}, ids)
		require.Empty(t, errs)
	}
	require.NoError(t, archive.Close())
	require.NoError(t, archive.Close())
	_, errs := collect(archive.Calls())
	require.Len(t, errs, 1)
	require.Contains(t, errs[0], "read a.json: ")
	require.Contains(t, errs[0], "file already closed")
	require.NoError(t, os.Remove(path), "the file is closed")
}

func TestOpenArchiveThatIsNotOne(t *testing.T) {
	complete := samples.ZIP(t, zip.Deflate, samples.File{"a.json", manyRecords(100)}, samples.File{"b.json", callJSON("b")})
	other := samples.ZIP(t, zip.Deflate, samples.File{"c.json", callJSON("c")})
	for text, want := range map[string]string{
		"":                                     "not a complete ZIP archive: it is empty",
		"\ufeff\n<!DOCTYPE html><html></html>": "not a complete ZIP archive: it looks like HTML",
		`{"status":"Error"}`:                   "not a complete ZIP archive: it looks like JSON",
		"Call ID,Version\n":                    "not a complete ZIP archive: it looks like text",
		string(complete[:len(complete)/2]):     "not a complete ZIP archive: it looks like a ZIP archive but is cut short or damaged",
		string(complete[:len(complete)-1]):     "not a complete ZIP archive: it looks like a ZIP archive but is cut short or damaged",
		string(complete[:len(complete)-30]):    "not a complete ZIP archive: it looks like a ZIP archive but is cut short or damaged",
		string(complete[:10]):                  "not a complete ZIP archive: it looks like a ZIP archive but is cut short or damaged",
		strings.Repeat("text ", 100_000):       "not a complete ZIP archive: it looks like text",
		string(complete) + string(other):       "it begins with a file that its directory doesn't list, as several ZIP archives in one file do; give each archive alone",
	} {
		path := filepath.Join(t.TempDir(), "calls.zip")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		archive, err := record.OpenArchive(path)
		require.Nil(t, archive)
		require.ErrorIs(t, err, record.ErrCorrupt)
		require.EqualError(t, err, "open archive "+path+": "+want)
		require.NoError(t, os.Remove(path), "the file is closed")
		_, err = record.NewArchive(strings.NewReader(text), int64(len(text)))
		require.ErrorIs(t, err, record.ErrCorrupt)
	}
	_, err := record.OpenArchive(filepath.Join(t.TempDir(), "none.zip"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = record.OpenArchive(t.TempDir())
	require.ErrorContains(t, err, "is a directory")
	require.NotErrorIs(t, err, record.ErrCorrupt)
}

// What comes before or after the archive doesn't matter if no files are lost.
func TestOpenArchiveInAnotherFile(t *testing.T) {
	archive := string(samples.ZIP(t, zip.Deflate, samples.File{"a.json", callJSON("a")}))
	for _, data := range []string{"#!/bin/unzip\n" + archive, archive + "\x00\x00", string(samples.ZIP(t, zip.Deflate)) + archive} {
		ids, errs := collect(newArchive(t, []byte(data)).Calls())
		require.Equal(t, []string{"a"}, ids)
		require.Empty(t, errs)
	}
}

func TestArchiveIsFS(t *testing.T) {
	archive := archiveOf(t, samples.File{"a/b.json", callJSON("b")}, samples.File{"c.txt", "text"})
	require.NoError(t, fstest.TestFS(archive, "a/b.json", "c.txt"))
	text, err := fs.ReadFile(archive, "c.txt")
	require.NoError(t, err)
	require.Equal(t, "text", string(text))
}
