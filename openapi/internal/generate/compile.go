package generate

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// compile makes sure that generated code compiles, without writing it into
// the project: the compiler is told to take it for the files there.
func (p Project) compile(ctx context.Context, code *Code) error {
	folder, err := os.MkdirTemp("", "compile-")
	if err != nil {
		return fmt.Errorf("compile generated code: %w", err)
	}
	defer os.RemoveAll(folder)
	replaced := map[string]string{}
	for name, content := range map[string][]byte{ClientFile: code.Client, ServerFile: code.Server} {
		file := filepath.Join(folder, filepath.Base(name))
		if err := os.WriteFile(file, content, 0o600); err != nil {
			return fmt.Errorf("compile generated code: %w", err)
		}
		place, err := filepath.Abs(filepath.Join(p.Module, filepath.FromSlash(name)))
		if err != nil {
			return fmt.Errorf("compile generated code: %w", err)
		}
		replaced[place] = file
	}
	list, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return fmt.Errorf("compile generated code: %w", err)
	}
	file := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(file, list, 0o600); err != nil {
		return fmt.Errorf("compile generated code: %w", err)
	}
	if _, err := p.goCommand(ctx, "build", "-overlay", file, "./gen/..."); err != nil {
		return fmt.Errorf("the generated code doesn't compile; change the schema that it is about by x-go-name or x-go-type in openapi/overlay.yaml: %w", err)
	}
	return nil
}
