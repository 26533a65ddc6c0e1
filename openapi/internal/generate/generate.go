// Package generate turns the merged and corrected document into Go: the
// client and models of package gen and the server interface of gen/server.
package generate

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/sparkgo/spark-go/openapi/coverage"
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
	// Root is the folder of the project whose settings are used.
	Root string
	// Module is the folder of the Go module that pins the generator.
	Module string
}

// Code is generated Go code.
type Code struct {
	Client, Server []byte
	// Notes say what the generator couldn't express and what became of it.
	Notes []string
}

// Generate writes Go code for a document and makes sure that it compiles.
func (p Project) Generate(ctx context.Context, root map[string]any, facade coverage.Facade) (*Code, error) {
	if err := ownNames(root, facade); err != nil {
		return nil, err
	}
	input, notes := prepare(root, facade)
	client, err := p.run(ctx, clientConfig, input, nil)
	if err != nil {
		return nil, err
	}
	if err := inspect(ClientFile, client); err != nil {
		return nil, err
	}
	server, left, err := p.server(ctx, input, facade)
	if err != nil {
		return nil, err
	}
	code := &Code{Client: client, Server: server, Notes: append(notes, left...)}
	return code, p.compile(ctx, code)
}

// Client writes the client for a document, without a look at whether it
// compiles: enough to compare the declarations of two documents.
func (p Project) Client(ctx context.Context, root map[string]any, facade coverage.Facade) ([]byte, error) {
	input, _ := prepare(root, facade)
	return p.run(ctx, clientConfig, input, nil)
}

// run runs the generator. Operations in without are left out.
func (p Project) run(ctx context.Context, config string, input map[string]any, without []string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "generate-")
	if err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	defer os.RemoveAll(folder)
	settings, err := p.settings(config, without)
	if err != nil {
		return nil, err
	}
	spec, err := document.Canonical(input)
	if err != nil {
		return nil, err
	}
	settingsFile, specFile := filepath.Join(folder, "settings.yaml"), filepath.Join(folder, "spark.json")
	if err := os.WriteFile(settingsFile, settings, 0o600); err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	if err := os.WriteFile(specFile, spec, 0o600); err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	return p.goCommand(ctx, "run", generator, "-config", settingsFile, specFile)
}

// settings are the generator's settings of the project, with operations to
// leave out.
func (p Project) settings(config string, without []string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(p.Root, filepath.FromSlash(config)))
	if err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	if len(without) == 0 {
		return data, nil
	}
	var settings map[string]any
	if err := yaml.Unmarshal(data, &settings); err != nil {
		return nil, fmt.Errorf("%s: %w", config, err)
	}
	options, _ := settings["output-options"].(map[string]any)
	if options == nil {
		options = map[string]any{}
		settings["output-options"] = options
	}
	options["exclude-operation-ids"] = without
	return yaml.Marshal(settings)
}

// goCommand runs the go command in the module and returns what it writes.
func (p Project) goCommand(ctx context.Context, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = p.Module
	command.WaitDelay = time.Second // what the go command started must not hold it up
	var out, faults bytes.Buffer
	command.Stdout, command.Stderr = &out, &faults
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("go %s: %w: %s", strings.Join(args[:2], " "), err, explain(faults.String()))
	}
	return out.Bytes(), nil
}

// explain puts the complaint of a program on one line, without what the go
// command says of its exit.
func explain(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "exit status") && !strings.HasPrefix(line, "# ") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "; ")
}
