package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/generate"
)

// The programs that know what a change means, at the versions that are run.
// They are run as programs so that nothing of them reaches go.mod.
const (
	Oasdiff = "github.com/oasdiff/oasdiff@v1.35.0"
	Apidiff = "golang.org/x/exp/cmd/apidiff@v0.0.0-20261113113407-e3970619a1a4"
)

// toolTimeout bounds one run of a program, which may have to be fetched first.
const toolTimeout = 3 * time.Minute

// change is a change of the API as oasdiff says it.
type change struct {
	ID        string `json:"id"`
	Text      string `json:"text"`
	Level     int    `json:"level"`
	Method    string `json:"operation"`
	Operation string `json:"operationId"`
	Path      string `json:"path"`
}

// changelog lists what changed from one document to another.
func changelog(ctx context.Context, older, newer map[string]any) ([]change, error) {
	dir, err := os.MkdirTemp("", "report-")
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	defer os.RemoveAll(dir)
	for name, root := range map[string]map[string]any{"old.json": older, "new.json": newer} {
		if len(root) == 0 {
			root = map[string]any{"openapi": "3.1.0", "info": map[string]any{"title": "nothing", "version": "0"}, "paths": map[string]any{}}
		}
		data, err := document.Canonical(root)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return nil, fmt.Errorf("report: %w", err)
		}
	}
	out, err := run(ctx, dir, nil, Oasdiff, "changelog", "--allow-external-refs=false", "--flatten-params", "--format", "json", "old.json", "new.json")
	if err != nil {
		return nil, err
	}
	var changes []change
	if len(bytes.TrimSpace(out)) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(out, &changes); err != nil {
		return nil, fmt.Errorf("%s doesn't write JSON: %w", Oasdiff, err)
	}
	return changes, nil
}

// apidiff lists what changed from one version of package gen to another: what
// makes code stop compiling, and what is new.
func apidiff(ctx context.Context, module string, older, newer []byte) (broken, added []string, err error) {
	dir, err := os.MkdirTemp("", "report-")
	if err != nil {
		return nil, nil, fmt.Errorf("report: %w", err)
	}
	defer os.RemoveAll(dir)
	for name, code := range map[string][]byte{"old": older, "new": newer} {
		overlay, err := generate.Overlay(module, filepath.Join(dir, name+"-code"), map[string][]byte{generate.ClientFile: code})
		if err != nil {
			return nil, nil, err
		}
		if _, err := run(ctx, module, []string{"GOFLAGS=" + os.Getenv("GOFLAGS") + " -overlay=" + overlay}, Apidiff, "-w", filepath.Join(dir, name), "./gen"); err != nil {
			return nil, nil, err
		}
	}
	out, err := run(ctx, module, nil, Apidiff, filepath.Join(dir, "old"), filepath.Join(dir, "new"))
	if err != nil {
		return nil, nil, err
	}
	broken, added = declarations(string(out))
	return broken, added, nil
}

// declarations sorts the lines that apidiff writes. Interfaces and functions that
// repeat the methods of the client are left out, and so is what has another type
// only because a type that it names has.
func declarations(text string) (broken, added []string) {
	into := &broken
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		line, listed := strings.CutPrefix(line, "- ")
		if !listed {
			if strings.HasPrefix(line, "Compatible") {
				into = &added
			}
			continue
		}
		name, what, _ := strings.Cut(line, ": ")
		from, to, changed := strings.Cut(strings.TrimPrefix(what, "changed from "), " to ")
		repeats := strings.HasPrefix(name, "ClientInterface.") || strings.HasPrefix(name, "New") && strings.Contains(name, "Request")
		if !repeats && !(changed && from == to) {
			*into = append(*into, line)
		}
	}
	return slices.Compact(broken), slices.Compact(added)
}

// run runs a program of Go in a directory and returns what it writes.
func run(ctx context.Context, dir string, env []string, program string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, toolTimeout)
	defer cancel()
	return generate.Go(ctx, program, dir, env, append([]string{"run", program}, args...)...)
}
