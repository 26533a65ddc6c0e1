package page

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"
)

// normalize takes away what doesn't matter: a byte order mark and the kind of
// line end. What is no text at all is an error.
func normalize(file string, content []byte) (string, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if len(bytes.TrimSpace(content)) == 0 {
		return "", fmt.Errorf("%s: the file is empty", file)
	}
	if !utf8.Valid(content) || bytes.IndexByte(content, 0) >= 0 {
		return "", fmt.Errorf("%s: this is no text in UTF-8: expected a Markdown page or an OpenAPI document", file)
	}
	text := strings.ReplaceAll(string(content), "\r\n", "\n")
	return strings.ReplaceAll(text, "\r", "\n"), nil
}

// jsonStart is not how the directives of documentation systems begin, such as {% hint %}.
var jsonStart = regexp.MustCompile(`^\s*\{\s*["}]`)

var yamlStart = regexp.MustCompile(`^["']?(openapi|swagger)["']?\s*:\s*["']?\d`)

// bare tells a bare document from a Markdown page, by the file's ending or else
// by its content.
func bare(file, text string) bool {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".json", ".yaml", ".yml":
		return true
	}
	for line := range strings.Lines(text) {
		if _, fenced := opening(strings.TrimRight(line, "\n")); fenced {
			break
		}
		if yamlStart.MatchString(line) {
			return true
		}
	}
	return jsonStart.MatchString(text)
}

// baseName is the name of a file without its ending.
func baseName(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, filepath.Ext(base))
}
