package mirror_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
)

func TestDirectoriesOfOthersAreRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3))
		server := platform(t, nil)
		service := serviceOf(t, server)
		for name, content := range map[string]string{
			"notes.txt":     "mine",
			"zip/my.zip":    "mine",
			"mirror.json":   `{"format":"vanity","version":1}`,
			"./mirror.json": `["vanity"]`,
		} {
			dir := scratch(t)
			write(t, dir, name, content)
			refused(t, service, server, dir, mirror.Options{Since: firstDay}, mirror.ErrNoMirror)
			_, err := mirror.Open(dir)
			require.ErrorIs(t, err, mirror.ErrNoMirror)
		}
		dir := scratch(t)
		write(t, dir, "history", "mine")
		refused(t, service, server, filepath.Join(dir, "history"), mirror.Options{Since: firstDay}, mirror.ErrNoMirror)
	})
}

func TestDamagedManifestsAreRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3))
		server, dir := platform(t, tenDays(20)), scratch(t)
		service := serviceOf(t, server)
		update(t, server, dir, mirror.Options{Since: firstDay})
		data, err := os.ReadFile(filepath.Join(dir, "mirror.json"))
		require.NoError(t, err)
		good := string(data)
		for _, bad := range []string{
			"", "{", good[:len(good)/2],
			strings.Replace(good, `"to": "2000-01-02"`, `"to": "2000-01-03"`, 1),
			strings.Replace(good, `"2000-01-02.1.zip"`, `"../../precious.zip"`, 1),
			strings.Replace(good, `"days": 1`, `"days": 0`, 1),
			strings.Replace(good, `"exports": 1`, `"exports": -1`, 1),
		} {
			require.NotEqual(t, good, bad)
			write(t, dir, "mirror.json", bad)
			refused(t, service, server, dir, mirror.Options{Since: firstDay}, mirror.ErrNoMirror)
		}
		write(t, dir, "mirror.json", strings.Replace(good, `"version": 1`, `"version": 2`, 1))
		refused(t, service, server, dir, mirror.Options{}, mirror.ErrNewerVersion)
		_, err = mirror.Open(dir)
		require.ErrorIs(t, err, mirror.ErrNewerVersion)
	})
}

func TestDirectoryOfAnotherServiceIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3))
		server, dir := platform(t, tenDays(20)), scratch(t)
		update(t, server, dir, mirror.Options{Since: firstDay})
		other := serviceOf(t, server).Client().Service("motor", "basic")
		refused(t, other, server, dir, mirror.Options{}, mirror.ErrOtherService)
	})
}

func TestDirectoryOfAMissingServiceTakesAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(3))
		server, dir := platform(t, tenDays(20)), scratch(t)
		misspelt := serviceOf(t, server).Client().Service("motor", "premum")
		_, err := mirror.Update(t.Context(), misspelt, dir, mirror.Options{Since: firstDay})
		require.ErrorIs(t, err, spark.ErrNotFound)
		require.NotContains(t, err.Error(), "\n")
		update(t, server, dir, mirror.Options{Since: firstDay})
		requireSame(t, truth(t, served(server), firstDay), tallyOf(t, dir))
	})
}
