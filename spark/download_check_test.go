package spark_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/samples"
	"github.com/sparkgo/spark-go/spark/record"
)

// downloads serves an archive over a reliable connection, and returns the error of its
// download.
func downloads(t *testing.T, archive []byte) (err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		_, job := fileWorld(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(archive) })
		err = job.Write(t.Context(), io.Discard)
	})
	return err
}

// Any of the files may be the damaged one.
func TestDownloadChecksEveryFile(t *testing.T) {
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		for damaged := range 5 {
			var files []samples.File
			for i := range 5 {
				files = append(files, samples.File{fmt.Sprintf("%d.json", i), fmt.Sprintf(`[{"EngineCallId":"content of %d"}]`, i)})
			}
			archive := samples.ZIP(t, method, files...)
			require.NoError(t, downloads(t, archive))
			name := []byte(files[damaged][0])
			archive[bytes.Index(archive, name)+len(name)+9] ^= 0x20 // in the content
			err := downloads(t, archive)
			require.ErrorIs(t, err, record.ErrCorrupt)
			require.ErrorContains(t, err, fmt.Sprintf("entry %q", name))
		}
	}
}

// Each byte is damaged in turn. The download succeeds, or reports a corrupt file.
func TestDownloadOfADamagedArchive(t *testing.T) {
	archive := samples.ZIP(t, zip.Deflate, samples.File{"1.json", "[1,1,1,1,1,1]"}, samples.File{"2.json", "[2]"})
	for i := range archive {
		damaged := bytes.Clone(archive)
		damaged[i] ^= 0xff
		if err := downloads(t, damaged); err != nil {
			require.ErrorIs(t, err, record.ErrCorrupt, "byte %d", i)
		}
		require.ErrorIs(t, downloads(t, archive[:i]), record.ErrCorrupt, "cut at %d", i)
	}
}

// Other programs may unpack what this library can't, and an export without matches
// contains no file.
func TestDownloadAcceptsArchivesThatItCannotUnpack(t *testing.T) {
	raw := func(header zip.FileHeader) []byte {
		var archive bytes.Buffer
		writer := zip.NewWriter(&archive)
		entry, err := writer.CreateRaw(&header)
		require.NoError(t, err)
		_, err = io.WriteString(entry, "....")
		require.NoError(t, err)
		require.NoError(t, writer.Close())
		return archive.Bytes()
	}
	for name, archive := range map[string][]byte{
		"no files":        samples.ZIP(t, zip.Store),
		"a directory":     samples.ZIP(t, zip.Store, samples.File{"calls/", ""}, samples.File{"calls/1.json", "[]"}),
		"a path upwards":  samples.ZIP(t, zip.Store, samples.File{"../1.json", "[]"}),
		"encrypted":       raw(zip.FileHeader{Name: "1.json", Flags: 1, CRC32: 7, CompressedSize64: 4, UncompressedSize64: 4}),
		"another method":  raw(zip.FileHeader{Name: "1.json", Method: 12, CRC32: 7, CompressedSize64: 4, UncompressedSize64: 9}),
		"something first": append([]byte("#!/bin/sh\n"), samples.ZIP(t, zip.Store, samples.File{"1.json", "[]"})...),
	} {
		require.NoError(t, downloads(t, archive), name)
	}
	require.ErrorIs(t, downloads(t, raw(zip.FileHeader{Name: "1.json", CRC32: 7, CompressedSize64: 4, UncompressedSize64: 4})), record.ErrCorrupt)
}
