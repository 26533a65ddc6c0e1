package samples

import (
	"archive/zip"
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// File is the name and the content of a file in an archive. If the name ends in a slash,
// it is a directory.
type File [2]string

// ZIP returns a ZIP archive of files that are compressed by the given method.
func ZIP(t testing.TB, method uint16, files ...File) []byte {
	t.Helper()
	var data bytes.Buffer
	writer := zip.NewWriter(&data)
	for _, file := range files {
		entry, err := writer.CreateHeader(&zip.FileHeader{Name: file[0], Method: method})
		require.NoError(t, err)
		_, err = io.WriteString(entry, file[1])
		require.NoError(t, err)
	}
	require.NoError(t, writer.Close())
	return data.Bytes()
}
