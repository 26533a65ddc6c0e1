package generate

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// compile makes sure that generated code compiles, without writing it into
// the project.
func (p Project) compile(ctx context.Context, code *Code) error {
	dir, err := os.MkdirTemp("", "compile-")
	if err != nil {
		return fmt.Errorf("compile generated code: %w", err)
	}
	defer os.RemoveAll(dir)
	overlay, err := Overlay(p.Module, dir, map[string][]byte{ClientFile: code.Client, ServerFile: code.Server})
	if err != nil {
		return err
	}
	_, err = Go(ctx, "the compilation of the generated code", p.Module, nil, "build", "-overlay", overlay, "./gen/...")
	return err
}

// Overlay writes files of a module, and a list that lets the go command take
// them for the module's own, into a directory beside the module. It returns the
// list's name, for -overlay.
func Overlay(module, dir string, files map[string][]byte) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("replace generated code: %w", err)
	}
	replaced := map[string]string{}
	for name, content := range files {
		file := filepath.Join(dir, filepath.Base(name))
		if err := os.WriteFile(file, content, 0o600); err != nil {
			return "", fmt.Errorf("replace generated code: %w", err)
		}
		place, err := filepath.Abs(filepath.Join(module, filepath.FromSlash(name)))
		if err != nil {
			return "", fmt.Errorf("replace generated code: %w", err)
		}
		replaced[place] = file
	}
	list, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return "", fmt.Errorf("replace generated code: %w", err)
	}
	name := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(name, list, 0o600); err != nil {
		return "", fmt.Errorf("replace generated code: %w", err)
	}
	return name, nil
}
