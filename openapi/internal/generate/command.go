package generate

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Go runs the go command in a directory, with more environment, and returns what
// it writes. An error says what failed and why, on one line and without the names
// of temporary files.
func Go(ctx context.Context, what, dir string, env []string, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), env...)
	command.WaitDelay = time.Second // what the go command started must not hold it up
	var out, faults bytes.Buffer
	command.Stdout, command.Stderr = &out, &faults
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("%s fails (%w): %s", what, err, explain(faults.String()))
	}
	return out.Bytes(), nil
}

// unseen are places that nobody gets to see: in generated code that isn't
// written, and in temporary directories.
var unseen = regexp.MustCompile(`( at )?\S*\.gen\.go:\d+(:\d+)?(: )?|` + regexp.QuoteMeta(filepath.Clean(os.TempDir())) + `\S*/`)

// explain puts the first complaints of a program on one line, without what the
// go command says of its exit and of downloads.
func explain(text string) string {
	const limit = 3
	var lines []string
	for line := range strings.Lines(unseen.ReplaceAllString(text, "")) {
		line = strings.TrimSpace(line)
		noise := line == "" || strings.HasPrefix(line, "exit status") || strings.HasPrefix(line, "# ") || strings.HasPrefix(line, "go: downloading")
		if !noise && len(lines) < limit {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "; ")
}
