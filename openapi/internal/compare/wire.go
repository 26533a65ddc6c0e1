package compare

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// Oasdiff is the program that knows which changes break callers on the wire,
// at the version that is run. It is run as a program so that nothing of it
// reaches go.mod.
const Oasdiff = "github.com/oasdiff/oasdiff@v1.35.0"

// WireChange is a change that breaks callers on the wire, or may.
type WireChange struct {
	Operation string `json:"operationId"`
	Text      string `json:"text"`
	Level     int    `json:"level"`
}

// levelError is how oasdiff rates what breaks callers for certain. Warnings
// count too: a renamed request field is no more than one there.
const levelError = 3

func (c WireChange) String() string {
	certainty := "may break"
	if c.Level >= levelError {
		certainty = "breaks"
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s: %s", certainty, c.Operation, c.Text))
}

// wireTimeout bounds one run of oasdiff, which may have to be fetched first.
const wireTimeout = 2 * time.Minute

// WireChanges lists the changes from one document to another that break
// callers on the wire, or may.
func WireChanges(ctx context.Context, older, newer map[string]any) ([]WireChange, error) {
	ctx, cancel := context.WithTimeout(ctx, wireTimeout)
	defer cancel()
	folder, err := os.MkdirTemp("", "compare-")
	if err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	defer os.RemoveAll(folder)
	for name, root := range map[string]map[string]any{"old.json": older, "new.json": newer} {
		data, err := document.Canonical(root)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			return nil, fmt.Errorf("compare: %w", err)
		}
	}
	command := exec.CommandContext(ctx, "go", "run", Oasdiff, "breaking", "--allow-external-refs=false", "--flatten-params", "--format", "json", "old.json", "new.json")
	command.Dir = folder
	command.WaitDelay = time.Second // what the go command started must not hold it up
	var out, faults bytes.Buffer
	command.Stdout, command.Stderr = &out, &faults
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", Oasdiff, err, lastLine(faults.String()))
	}
	return parseWire(out.Bytes())
}

func parseWire(data []byte) ([]WireChange, error) {
	var found []WireChange
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(data, &found); err != nil {
		return nil, fmt.Errorf("%s answered with something else than JSON: %w", Oasdiff, err)
	}
	return found, nil
}

// lastLine is the last line of a program's complaint that says something.
func lastLine(text string) string {
	last := ""
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "exit status") {
			last = line
		}
	}
	return last
}
