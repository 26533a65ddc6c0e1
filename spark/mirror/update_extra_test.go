package mirror_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// What the platform no longer has is taken out of the intact files of the archive. Nothing
// is taken out of a damaged one, since its digits may be wrong.
func TestLossIsReported(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(t testing.TB, path string){"scribbled over": scribble, "a wrong digit": changeDigit} {
		synctest.Test(t, func(t *testing.T) {
			sleepUntil(day(3, time.Hour))
			calls, dir := tenDays(300), scratch(t)
			server := platform(t, calls, sparktest.RecordsPerFile(5))
			update(t, server, dir, mirror.Options{Since: firstDay})
			want := tallyOf(t, dir)

			damage(t, archivePath(dir, "2000-01-02.1.zip"))
			calls = slices.DeleteFunc(calls, func(c sparktest.Call) bool { return !c.Time.Before(day(1)) && c.Time.Before(day(2)) })
			summary, err := mirror.Update(t.Context(), serviceOf(t, platform(t, calls)), dir, mirror.Options{})
			require.ErrorIs(t, err, record.ErrCorrupt, name)
			require.ErrorContains(t, err, "window 2000-01-02: ")
			require.ErrorContains(t, err, " calls are lost, since the platform no longer has them")
			require.Len(t, summary.Problems, 1)
			got := tallyOf(t, dir)
			require.Subset(t, want, got)
			require.Less(t, total(got), total(want))
			require.GreaterOrEqual(t, total(got), total(want)-10)
			require.EqualValues(t, total(got), summary.Records)
		})
	}
}

// changeDigit changes one digit in the first file of an archive, which has its old checksum.
func changeDigit(t testing.TB, path string) {
	t.Helper()
	archive, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer archive.Close()
	var changed bytes.Buffer
	writer := zip.NewWriter(&changed)
	for i, entry := range archive.File {
		opened, err := entry.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(opened)
		require.NoError(t, err)
		if i == 0 {
			digit := bytes.Index(content, []byte(`"EngineCallId":"`)) + len(`"EngineCallId":"`)
			content[digit] ^= 1
		}
		size := uint64(len(content))
		to, err := writer.CreateRaw(&zip.FileHeader{Name: entry.Name, CRC32: entry.CRC32, CompressedSize64: size, UncompressedSize64: size})
		require.NoError(t, err)
		_, err = to.Write(content)
		require.NoError(t, err)
	}
	require.NoError(t, writer.Close())
	require.NoError(t, os.WriteFile(path, changed.Bytes(), 0o600))
}

// What only earlier exports had outlives the loss of the archive beside it.
func TestRestOutlivesItsArchive(t *testing.T) {
	t.Parallel()
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
