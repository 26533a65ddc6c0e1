package mirror_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/record"
)

// scribble writes over some bytes in the middle of a file.
func scribble(t testing.TB, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	copy(data[len(data)/2:], "sixteen bytes!!!")
	require.NoError(t, os.WriteFile(path, data, 0o600))
}

func archivePath(dir, name string) string { return filepath.Join(dir, "zip", name) }

// scribbleUnnoticed is damage that leaves the size and the modification time.
func scribbleUnnoticed(t testing.TB, path string) {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	scribble(t, path)
	require.NoError(t, os.Chtimes(path, time.Time{}, info.ModTime()))
}

func TestDamageIsFoundAndReplaced(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(t testing.TB, path string){
		"scribbled over, unnoticed": scribbleUnnoticed,
		"scribbled over":            scribble,
		"cut short":                 func(t testing.TB, path string) { require.NoError(t, os.Truncate(path, 100)) },
		"removed":                   func(t testing.TB, path string) { require.NoError(t, os.Remove(path)) },
	} {
		synctest.Test(t, func(t *testing.T) {
			sleepUntil(day(9, time.Hour))
			server, dir := platform(t, tenDays(60)), scratch(t)
			update(t, server, dir, mirror.Options{Since: firstDay, Parquet: true})
			verify := func() error {
				directory := open(t, dir)
				return directory.Verify(t.Context())
			}
			require.NoError(t, verify())

			for _, path := range []string{archivePath(dir, "2000-01-03.1.zip"), filepath.Join(dir, "parquet", "2000-01-05.parquet")} {
				damage(t, path)
				err := verify()
				require.True(t, errors.Is(err, record.ErrCorrupt) || errors.Is(err, fs.ErrNotExist), "%s: %v", name, err)
				require.ErrorContains(t, err, "; run sparklog mirror --verify")
				require.NotContains(t, err.Error(), "\n")
				require.Error(t, readAll(t, dir, path))
				jobs := len(server.Jobs())
				summary := update(t, server, dir, mirror.Options{Verify: name == "scribbled over, unnoticed"})
				require.Equal(t, 1, summary.Damaged, name)
				require.LessOrEqual(t, len(server.Jobs()), jobs+3, "the damaged one, yesterday and today")
				require.NoError(t, verify())
			}
			requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
			requireTables(t, dir)
		})
	}
}

// readAll reads the calls of a directory, and returns the error if they are in the path.
func readAll(t testing.TB, dir, path string) error {
	directory := open(t, dir)
	if filepath.Ext(path) != ".zip" {
		return errors.New("not read here")
	}
	for _, err := range directory.Calls() {
		if err != nil {
			require.ErrorContains(t, err, "; run sparklog mirror --verify")
			return err
		}
	}
	return nil
}

// A copy has other modification times, but the same content.
func TestCopiedDirectoryIsNotFetchedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(9, time.Hour))
		server, dir := platform(t, tenDays(60)), scratch(t)
		update(t, server, dir, mirror.Options{Since: firstDay, Parquet: true})
		jobs := len(server.Jobs())
		summary := update(t, server, copyOf(t, dir), mirror.Options{})
		require.Zero(t, summary.Damaged)
		require.Len(t, server.Jobs(), jobs+2)
	})
}

// A file that can't be read for a transient reason is not lost.
func TestArchiveThatCanNotBeReadNowIsKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3, time.Hour))
		server, dir := platform(t, tenDays(60)), scratch(t)
		update(t, server, dir, mirror.Options{Since: firstDay})
		path := archivePath(dir, "2000-01-03.1.zip")
		require.NoError(t, os.Rename(path, path+".aside"))
		require.NoError(t, os.Mkdir(path, 0o700))
		_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.Options{})
		var disk *fs.PathError
		require.ErrorAs(t, err, &disk)

		require.NoError(t, os.Remove(path))
		require.NoError(t, os.Rename(path+".aside", path))
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
		update(t, server, dir, mirror.Options{})
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}
