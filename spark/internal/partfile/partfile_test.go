package partfile_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/partfile"
)

type state struct{ Name string }

func open(t *testing.T, target string) *partfile.File {
	t.Helper()
	file, err := partfile.Open(target)
	require.NoError(t, err)
	return file
}

func requireFiles(t *testing.T, directory string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(directory)
	require.NoError(t, err)
	found := []string{}
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	require.ElementsMatch(t, names, found)
}

func TestPartIsLockedUntilItIsClosed(t *testing.T) {
	directory := t.TempDir()
	target := filepath.Join(directory, "a.zip")
	first := open(t, target)
	require.ErrorIs(t, first.ReadState(new(state)), fs.ErrNotExist)
	require.NoError(t, first.WriteState(state{"one"}))
	_, err := first.WriteString("half")
	require.NoError(t, err)
	_, err = partfile.Open(target)
	require.ErrorContains(t, err, "another download is writing it")
	require.Equal(t, err, partfile.Check(target))
	require.NoError(t, first.Close())
	require.NoError(t, partfile.Check(target))

	second := open(t, target)
	var found state
	require.NoError(t, second.ReadState(&found))
	require.Equal(t, state{"one"}, found)
	requireFiles(t, directory, "a.zip.part", "a.zip.part.json")
	require.NoError(t, second.Discard())
	requireFiles(t, directory)
}

func TestPublishOverwritesOnRequestOnly(t *testing.T) {
	directory := t.TempDir()
	target := filepath.Join(directory, "a.zip")
	write := func(content string, overwrite bool) error {
		file := open(t, target)
		require.NoError(t, file.Truncate(0))
		require.NoError(t, file.WriteState(state{"one"}))
		_, err := file.WriteString(content)
		require.NoError(t, err)
		return file.Publish(overwrite)
	}
	requireContent := func(content string) {
		found, err := os.ReadFile(target)
		require.NoError(t, err)
		require.Equal(t, content, string(found))
	}
	require.NoError(t, write("first", false))
	requireContent("first")
	requireFiles(t, directory, "a.zip")
	require.ErrorIs(t, write("second", false), fs.ErrExist)
	requireContent("first")
	requireFiles(t, directory, "a.zip", "a.zip.part", "a.zip.part.json")
	require.NoError(t, write("third", true))
	requireContent("third")
	requireFiles(t, directory, "a.zip")
}

// A process may end when its file has both names.
func TestPublishedFileIsNotAPartAnyMore(t *testing.T) {
	directory := t.TempDir()
	target := filepath.Join(directory, "a.zip")
	require.NoError(t, os.WriteFile(target, []byte("complete"), 0o600))
	require.NoError(t, os.Link(target, target+".part"))
	file := open(t, target)
	require.NoError(t, file.Truncate(0))
	require.NoError(t, file.Close())
	found, err := os.ReadFile(target)
	require.NoError(t, err)
	require.Equal(t, "complete", string(found))
}

func TestCheckChangesNothing(t *testing.T) {
	directory := t.TempDir()
	target := filepath.Join(directory, "a.zip")
	require.NoError(t, partfile.Check(target))
	requireFiles(t, directory)
	require.ErrorIs(t, partfile.Check(filepath.Join(directory, "none", "a.zip")), fs.ErrNotExist)
	require.NoError(t, os.WriteFile(target+".part", []byte("the user's"), 0o600))
	require.ErrorIs(t, partfile.Check(target), fs.ErrExist)
	requireFiles(t, directory, "a.zip.part")
}
