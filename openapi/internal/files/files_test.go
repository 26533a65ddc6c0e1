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

// TestAWriteThatFails has a directory in the place of a file: the error says that
// other files may be new, and temporary files are removed.
func TestAWriteThatFails(t *testing.T) {
	root := t.TempDir()
	write(t, root, map[string]string{"a": "1", "z/within": "1"})
	_, err := files.Changes{"a": []byte("2"), "z": []byte("2")}.Apply(root)
	require.ErrorIs(t, err, files.ErrIncomplete)
	require.ErrorContains(t, err, "write z: ")
	require.Equal(t, map[string]string{"a": "2", "z/within": "1"}, read(t, root))
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

// read reads every file below a directory, temporary ones included.
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
