package files_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/files"
)

func TestApply(t *testing.T) {
	root := t.TempDir()
	write(t, root, map[string]string{"same": "1", "changed": "1", "gone": "1", "other": "1"})
	before := stat(t, root, "same")
	names, err := files.Changes{
		"same": []byte("1"), "changed": []byte("2"), "gone": nil, "new/deep": []byte("3"), "never": nil, "empty": {},
	}.Apply(root)
	require.NoError(t, err)
	require.Equal(t, []string{"changed", "empty", "gone", "new/deep"}, names)
	require.Equal(t, map[string]string{"same": "1", "changed": "2", "other": "1", "new/deep": "3", "empty": ""}, read(t, root))
	require.True(t, before.ModTime().Equal(stat(t, root, "same").ModTime()), "a file that is up to date isn't touched")
}

// TestNothingIsWritten makes one of several changes impossible, in preparation
// and in the last step. The others must not show.
func TestNothingIsWritten(t *testing.T) {
	held := map[string]string{"a": "1", "b": "1", "z/within": "1"}
	for name, changes := range map[string]files.Changes{
		"a folder stands in the way of a file":    {"a": []byte("2"), "b": nil, "z": []byte("2")},
		"a folder can't be made in place of file": {"a": []byte("2"), "b": nil, "b/c": []byte("2"), "n": []byte("2")},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			write(t, root, held)
			_, err := changes.Apply(root)
			require.Error(t, err)
			require.Equal(t, held, read(t, root))
		})
	}
}

// TestWhatWasMovedIsPutBack lets the last step fail: two names of one file are
// removed, and the second removal finds nothing.
func TestWhatWasMovedIsPutBack(t *testing.T) {
	root := t.TempDir()
	held := map[string]string{"!": "1", "a": "1", "b": "1"}
	write(t, root, held)
	_, err := files.Changes{"!": []byte("2"), "!!": []byte("2"), "./a": nil, "a": nil, "b": []byte("2")}.Apply(root)
	require.ErrorContains(t, err, "write a")
	require.Equal(t, held, read(t, root))
}

func write(t *testing.T, root string, contents map[string]string) {
	t.Helper()
	for name, content := range contents {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(content), 0o644))
	}
}

func stat(t *testing.T, root, name string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(filepath.Join(root, name))
	require.NoError(t, err)
	return info
}

// read reads every file below a folder, temporary ones included.
func read(t *testing.T, root string) map[string]string {
	t.Helper()
	contents := map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		contents[filepath.ToSlash(relative)] = string(content)
		return err
	}))
	return contents
}
