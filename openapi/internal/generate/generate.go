// Package generate turns the merged and corrected document into Go: the
// client and models of package gen and the server interface of gen/server.
package generate

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

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

// Generate writes Go code for a document and makes sure that it compiles. Where
// it can't, the error names the operations that are in the way.
func (p Project) Generate(ctx context.Context, root map[string]any, known facade.List, where check.Where) (*Code, error) {
	if err := ownNames(root, known, where); err != nil {
		return nil, err
	}
	code, err := p.generate(ctx, root, known, where)
	if err != nil && ctx.Err() == nil {
		return nil, p.blame(ctx, root, known, where, err)
	}
	return code, err
}

func (p Project) generate(ctx context.Context, root map[string]any, known facade.List, where check.Where) (*Code, error) {
	input, notes := prepare(root, known, where)
	client, err := p.run(ctx, clientConfig, input)
	if err != nil {
		return nil, err
	}
	served, left := servable(input, known)
	server, err := p.run(ctx, serverConfig, served)
	if err != nil {
		return nil, err
	}
	code := &Code{Client: client, Server: server, Notes: append(notes, left...)}
	return code, p.compile(ctx, code)
}

// Client writes the client for a document, without a look at whether it
// compiles: enough to compare the declarations of two documents.
func (p Project) Client(ctx context.Context, root map[string]any, known facade.List) ([]byte, error) {
	input, _ := prepare(root, known, func(pointer string) string { return pointer })
	return p.run(ctx, clientConfig, input)
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
