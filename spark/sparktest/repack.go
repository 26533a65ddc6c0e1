package sparktest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
)

// repack makes another ZIP with the same files in it. Odd revisions aren't
// compressed, so that hardly a byte is where it was.
func repack(content []byte, revision int) ([]byte, error) {
	from, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	to := zip.NewWriter(&buf)
	for _, file := range from.File {
		if err := repackFile(to, file, revision); err != nil {
			return nil, err
		}
	}
	if err := to.SetComment(fmt.Sprintf("revision %d", revision)); err != nil {
		return nil, err
	}
	if err := to.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

func repackFile(to *zip.Writer, file *zip.File, revision int) error {
	header := &zip.FileHeader{Name: file.Name, Method: zip.Deflate, Modified: file.Modified}
	if revision%2 == 1 {
		header.Method = zip.Store
	}
	w, err := to.CreateHeader(header)
	if err != nil {
		return err
	}
	r, err := file.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(w, r)
	return err
}
