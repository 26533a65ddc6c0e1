package sparktest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
)

// archive makes the ZIP of an export. Each file in it holds calls of one
// version for CSV, of any version for JSON, and at most perFile of them.
func archive(format format, name string, calls []*Call, offset, perFile int, modified time.Time) ([]byte, error) {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for i, part := range split(format, calls, perFile) {
		file, err := w.CreateHeader(&zip.FileHeader{
			Name:     fmt.Sprintf("%s_%d.%s", fileName(name), i+1, format),
			Method:   zip.Deflate,
			Modified: modified,
		})
		if err != nil {
			return nil, err
		}
		write := writeJSON
		if format == formatCSV {
			write = writeCSV
		}
		if err := write(file, part, offset); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// split always gives one part at least: an export without calls has one file.
func split(format format, calls []*Call, perFile int) [][]*Call {
	parts := [][]*Call{nil}
	for _, call := range calls {
		last := &parts[len(parts)-1]
		full := len(*last) == perFile
		other := format == formatCSV && len(*last) > 0 && (*last)[0].VersionID != call.VersionID
		if full || other {
			parts = append(parts, nil)
			last = &parts[len(parts)-1]
		}
		*last = append(*last, call)
	}
	return parts
}

// fileName leaves only what is harmless in the name of a file.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, name)
}

func writeJSON(w io.Writer, calls []*Call, offset int) error {
	separator := "["
	for _, call := range calls {
		if _, err := io.WriteString(w, separator); err != nil {
			return err
		}
		if _, err := w.Write(call.exportedRecord(offset)); err != nil {
			return err
		}
		separator = ",\n"
	}
	end := "]"
	if len(calls) == 0 {
		end = "[]"
	}
	_, err := io.WriteString(w, end)
	return err
}
