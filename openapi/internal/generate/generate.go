// Package generate turns the merged and corrected document into Go: the
// client and models of package gen and the server interface of gen/server.
package generate

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/openapi/facade"
	"github.com/sparkgo/spark-go/openapi/internal/check"
	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// The generated files and the generator's settings for them, in the project.
const (
	ClientFile   = "gen/client.gen.go"
	ServerFile   = "gen/server/server.gen.go"
	clientConfig = "gen/client.yaml"
	serverConfig = "gen/server/server.yaml"
)

// generator is the program that writes the Go code. Its version is pinned in go.mod.
const generator = "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"

// Project is where generation takes place.
type Project struct {
	// Root is the directory of the project whose settings are used.
	Root string
	// Module is the directory of the Go module that pins the generator.
	Module string
}

// Code is generated Go code.
type Code struct {
	Client, Server []byte
	// Notes say what the generator couldn't express and what became of it.
	Notes []string
}

// Generate returns Go code for a document, and makes sure that it compiles. If it
// doesn't, the error names the operations at fault.
func (p Project) Generate(ctx context.Context, root map[string]any, known facade.List, where check.Where) (*Code, error) {
	code, err := p.generate(ctx, root, known, where)
	if err != nil && ctx.Err() == nil {
		return nil, p.blame(ctx, root, known, where, err)
	}
	return code, err
}

func (p Project) generate(ctx context.Context, root map[string]any, known facade.List, where check.Where) (*Code, error) {
	input, notes := prepare(root, where)
	client, err := p.run(ctx, clientConfig, input)
	if err != nil {
		return nil, err
	}
	served, unserved := servable(input, known)
	server, err := p.run(ctx, serverConfig, served)
	if err != nil {
		return nil, err
	}
	return &Code{Client: client, Server: server, Notes: append(notes, unserved...)}, p.compile(ctx, client, server)
}

// run runs the generator.
func (p Project) run(ctx context.Context, config string, input map[string]any) ([]byte, error) {
	spec, err := document.Canonical(input)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "generate-")
	if err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "spark.json")
	if err := os.WriteFile(file, spec, 0o600); err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	settings, err := filepath.Abs(filepath.Join(p.Root, filepath.FromSlash(config)))
	if err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	return Go(ctx, "the generator", p.Module, nil, "run", generator, "-config", settings, file)
}

// compile makes sure that generated code compiles, without writing it into
// the project.
func (p Project) compile(ctx context.Context, client, server []byte) error {
	dir, err := os.MkdirTemp("", "compile-")
	if err != nil {
		return fmt.Errorf("compile generated code: %w", err)
	}
	defer os.RemoveAll(dir)
	overlay, err := Overlay(p.Module, dir, map[string][]byte{ClientFile: client, ServerFile: server})
	if err != nil {
		return err
	}
	_, err = Go(ctx, "the compilation of the generated code", p.Module, nil, "build", "-overlay", overlay, "./gen/...")
	return err
}

// Overlay writes replacements for files of a module into a directory, with the
// list of them that the go command's -overlay takes, and returns the list's name.
func Overlay(module, dir string, files map[string][]byte) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("replace generated code: %w", err)
	}
	replaced := map[string]string{}
	for name, content := range files {
		file := filepath.Join(dir, filepath.Base(name))
		original, err := filepath.Abs(filepath.Join(module, filepath.FromSlash(name)))
		if err == nil {
			err = os.WriteFile(file, content, 0o600)
		}
		if err != nil {
			return "", fmt.Errorf("replace generated code: %w", err)
		}
		replaced[original] = file
	}
	list := filepath.Join(dir, "overlay.json")
	data, _ := json.Marshal(map[string]any{"Replace": replaced}) // strings always encode
	if err := os.WriteFile(list, data, 0o600); err != nil {
		return "", fmt.Errorf("replace generated code: %w", err)
	}
	return list, nil
}

// Go runs the go command in a directory, with more environment, and returns what
// it writes. An error says what failed and why, on one line and without the names
// of temporary files.
func Go(ctx context.Context, what, dir string, env []string, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), env...)
	command.WaitDelay = time.Second // for the processes that the go command started
	var out, faults bytes.Buffer
	command.Stdout, command.Stderr = &out, &faults
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("%s fails (%w): %s", what, err, explain(faults.String()))
	}
	return out.Bytes(), nil
}

// hiddenPlaces are places that the reader of an error can't look up: in generated
// code that isn't written, and in temporary directories.
var hiddenPlaces = regexp.MustCompile(`( at )?\S*\.gen\.go:\d+(:\d+)?(: )?|` + regexp.QuoteMeta(filepath.Clean(os.TempDir())) + `\S*/`)

// explain puts the first complaints of a program on one line, without what the
// go command says of its exit and of downloads.
func explain(output string) string {
	const maxLines = 3
	var lines []string
	for line := range strings.Lines(hiddenPlaces.ReplaceAllString(output, "")) {
		line = strings.TrimSpace(line)
		noise := line == "" || strings.HasPrefix(line, "exit status") || strings.HasPrefix(line, "# ") || strings.HasPrefix(line, "go: downloading")
		if !noise && len(lines) < maxLines {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "; ")
}
