package mirror_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
)

func archivePath(dir, name string) string { return filepath.Join(dir, "zip", name) }

func TestVerifyFindsWhatHasChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(9, time.Hour))
		server, dir := platform(t, tenDays(60)), scratch(t)
		update(t, server, dir, mirror.Options{Since: firstDay})
		verify := func() error {
			folder, err := mirror.Open(dir)
			require.NoError(t, err)
			return folder.Verify(t.Context())
		}
		require.NoError(t, verify())

		path := archivePath(dir, "2000-01-03.1.zip")
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		data[len(data)/2] ^= 1
		require.NoError(t, os.WriteFile(path, data, 0o600))
		err = verify()
		require.ErrorIs(t, err, spark.ErrCorrupt)
		require.ErrorContains(t, err, "window 2000-01-03")
		require.NotContains(t, err.Error(), "\n")

		require.NoError(t, os.Remove(path))
		require.ErrorIs(t, verify(), fs.ErrNotExist)
		update(t, server, dir, mirror.Options{})
		require.NoError(t, verify())
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}

// An archive that was saved by a run that was killed, and was damaged since, is
// exported again instead of being in the way for ever.
func TestSavedArchiveThatWasDamagedIsExportedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(9, time.Hour))
		server, dir := platform(t, tenDays(60)), scratch(t)
		killed := errors.New("killed")
		var saved string
		_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.WithStep(mirror.Options{Since: firstDay, Parallel: 1}, func(step string) error {
			names, _ := filepath.Glob(archivePath(dir, "*.zip"))
			if strings.HasPrefix(step, "create _mirror.json") && len(names) > 0 {
				saved = names[0]
				return killed
			}
			return nil
		}))
		require.ErrorIs(t, err, killed)
		require.NoError(t, os.Truncate(saved, 200))
		update(t, server, dir, mirror.Options{})
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
		update(t, server, dir, mirror.Options{})
		requireTidy(t, dir)
	})
}

// What only earlier exports had outlives the loss of the archive beside it.
func TestRestOutlivesItsArchive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, dir := tenDays(60), scratch(t)
		sleepUntil(day(3, time.Hour))
		update(t, platform(t, calls), dir, mirror.Options{Since: firstDay})
		want := tallyOf(t, dir)

		calls = append(calls[:16:16], calls[18:]...) // of the third day
		summary := update(t, platform(t, calls), dir, mirror.Options{})
		requireSame(t, want, tallyOf(t, dir))
		require.EqualValues(t, total(want), summary.Records)
		rest, err := filepath.Glob(archivePath(dir, "2000-01-03.*.rest.zip"))
		require.NoError(t, err)
		require.Len(t, rest, 1)

		require.NoError(t, os.Remove(strings.Replace(rest[0], ".rest", "", 1)))
		update(t, platform(t, calls), dir, mirror.Options{})
		requireSame(t, want, tallyOf(t, dir))
	})
}

// A file that can't be read for a passing reason is not taken for lost.
func TestArchiveThatCanNotBeReadNowIsKept(t *testing.T) {
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
