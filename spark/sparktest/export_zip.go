package sparktest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"time"
)

// zipped is a file in a ZIP.
type zipped struct {
	name    string
	content []byte
}

// makeZIP returns a ZIP. Each revision has other bytes for the same files: odd
// ones aren't compressed, so that hardly a byte stays in its place.
func makeZIP(files []zipped, modified time.Time, revision int) []byte {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	method := zip.Deflate
	if revision%2 == 1 {
		method = zip.Store
	}
	for _, f := range files {
		file, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: method, Modified: modified})
		if err != nil {
			panic("sparktest: " + err.Error()) // the name of the service is too long
		}
		file.Write(f.content)
	}
	if revision > 0 {
		w.SetComment(fmt.Sprint("revision ", revision))
	}
	w.Close()
	return buf.Bytes()
}

// exportFiles returns the files of a job's ZIP. Each contains calls of one
// version for CSV, of any version for JSON, and at most perFile of them.
func exportFiles(j *job, perFile int) []zipped {
	var files []zipped
	for i, calls := range splitCalls(j.format, j.calls, perFile) {
		write := rowsCSV
		if j.format == formatJSON {
			write = recordsJSON
		}
		files = append(files, zipped{fmt.Sprintf("%s_%d.%s", fileName(j.service.name), i+1, j.format), write(calls, j.offset)})
	}
	return files
}

// splitCalls always returns at least one part: an export without calls has one file.
func splitCalls(format format, calls []*Call, perFile int) [][]*Call {
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

// fileName replaces what can't be in the name of a file.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, name)
}

// recordsJSON returns the content of a JSON file.
func recordsJSON(calls []*Call, offset int) []byte {
	content := []byte{'['}
	for i, call := range calls {
		if i > 0 {
			content = append(content, ",\n"...)
		}
		content = append(content, call.exportedRecord(offset)...)
	}
	return append(content, ']')
}
