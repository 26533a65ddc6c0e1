package mirror_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	format "github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// rowsOf returns the calls in all Parquet files of a directory, by ID and time, and the
// columns, which must be the same in all files.
func rowsOf(t testing.TB, dir string) (rows tally, columns string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "parquet", "*.parquet"))
	require.NoError(t, err)
	rows = tally{}
	for _, path := range files {
		data, err := os.Open(path)
		require.NoError(t, err)
		defer data.Close()
		info, err := data.Stat()
		require.NoError(t, err)
		file, err := format.OpenFile(data, info.Size())
		require.NoError(t, err)
		if columns != "" {
			require.Equal(t, columns, file.Schema().String())
		}
		columns = file.Schema().String()
		reader := format.NewReader(file)
		row := make([]format.Row, 1)
		for n, _ := reader.ReadRows(row); n > 0; n, _ = reader.ReadRows(row) {
			rows[string(row[0][0].ByteArray())+" "+time.UnixMicro(row[0][1].Int64()).UTC().String()]++
		}
	}
	return rows, columns
}

// requireTables checks that the Parquet files contain the same calls as the archives.
func requireTables(t testing.TB, dir string) (columns string) {
	t.Helper()
	directory := open(t, dir)
	want := tally{}
	for call, err := range directory.Calls() {
		require.NoError(t, err)
		want[call.ID+" "+call.LogTime.Truncate(time.Microsecond).String()]++
	}
	got, columns := rowsOf(t, dir)
	requireSame(t, want, got)
	return columns
}

func TestParquetFilesFollowTheArchives(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls, dir := tenDays(200), scratch(t)
		sleepUntil(day(5, time.Hour))
		update(t, platform(t, calls), dir, mirror.Options{Since: firstDay, Parquet: true})
		before := requireTables(t, dir)
		require.NotContains(t, before, "Mileage Band")

		// The next day's calls have another version of the model.
		sleepUntil(day(9, time.Hour))
		server := platform(t, calls)
		update(t, server, dir, mirror.Options{})
		after := requireTables(t, dir)
		require.Contains(t, after, "Mileage Band")

		// A day goes on, with the same columns.
		sleepUntil(day(9, 20*time.Hour))
		server = platform(t, calls)
		update(t, server, dir, mirror.Options{})
		require.Equal(t, after, requireTables(t, dir))

		untouched := modified(t, dir, "2000-01-02.parquet")
		time.Sleep(time.Hour)
		update(t, server, dir, mirror.Options{})
		require.Equal(t, after, requireTables(t, dir))
		require.Equal(t, untouched, modified(t, dir, "2000-01-02.parquet"))
	})
}

func modified(t testing.TB, dir, name string) time.Time {
	t.Helper()
	info, err := os.Stat(filepath.Join(dir, "parquet", name))
	require.NoError(t, err)
	return info.ModTime()
}

// What a run has learned of a column counts in later runs, also if it didn't change the
// column's type then: here, 18 digits before the decimal point.
func TestColumnsFitTheCallsOfAllRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dir := scratch(t)
		var calls []sparktest.Call
		for i, number := range []string{"0." + strings.Repeat("1", 20), strings.Repeat("1", 18) + ".5", "0." + strings.Repeat("1", 21)} {
			calls = append(calls, sparktest.Call{Time: day(3 * i), Outputs: fmt.Appendf(nil, `{"x":%s}`, number)})
			sleepUntil(day(3*i+2, time.Hour)) // the window is final
			update(t, platform(t, calls), dir, mirror.Options{Since: firstDay, Parquet: true})
			requireTables(t, dir)
		}
	})
}

// A run that ends while it writes Parquet files with new columns leaves the others to the
// next run.
func TestParquetFilesThatCouldNotBeWritten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls, dir := tenDays(40), scratch(t)
		sleepUntil(day(5, time.Hour))
		update(t, platform(t, calls), dir, mirror.Options{Since: firstDay, Parquet: true})
		sleepUntil(day(8, time.Hour))
		server := platform(t, calls)
		for _, name := range []string{"_schema.json", "2000-01-01.parquet", "2000-01-04.parquet", "2000-01-09.parquet"} {
			dir := copyOf(t, dir)
			inTheWay := filepath.Join("parquet", "_"+name+".tmp")
			write(t, dir, filepath.Join(inTheWay, "file"), "")
			_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.Options{Parallel: 1})
			var disk *fs.PathError
			require.ErrorAs(t, err, &disk)
			require.NoError(t, os.RemoveAll(filepath.Join(dir, inTheWay)))
			update(t, server, dir, mirror.Options{})
			require.Contains(t, requireTables(t, dir), "Mileage Band")
			requireTidy(t, dir)
		}
	})
}

func TestParquetOfADirectoryThatHadNone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(9, time.Hour))
		server, dir := platform(t, tenDays(100)), scratch(t)
		update(t, server, dir, mirror.Options{Since: firstDay})
		require.NoDirExists(t, filepath.Join(dir, "parquet"))
		update(t, server, dir, mirror.Options{Parquet: true})
		requireTables(t, dir)
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "parquet")))
		update(t, server, dir, mirror.Options{})
		requireTables(t, dir)
		require.NoError(t, os.Truncate(filepath.Join(dir, "parquet", "2000-01-08.parquet"), 10))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "parquet", "_schema.json"), []byte("{"), 0o600))
		update(t, server, dir, mirror.Options{})
		requireTables(t, dir)
	})
}

func TestRecordsThatCanNotBeDecodedAreNotInParquet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(day(5, time.Hour))
		calls, dir := tenDays(60), scratch(t)
		calls[4].Raw = []byte(`["no record"]`)
		server := platform(t, calls)
		_, err := mirror.Update(t.Context(), serviceOf(t, server), dir, mirror.Options{Since: firstDay, Parquet: true})
		require.ErrorIs(t, err, mirror.ErrUnreadable)
		got, _ := rowsOf(t, dir)
		require.Len(t, served(server), total(got)+1)
		for name := range got {
			require.False(t, strings.HasPrefix(name, calls[4].ID))
		}
	})
}

var peerDirectory = flag.String("peer", "", "directory of ../parquet/testdata/duckdb with its packages installed, for TestDuckDB; see make peers")

// DuckDB reads all Parquet files of a directory as one table, whose counts and sums are
// those of the calls, to the last digit.
func TestDuckDB(t *testing.T) {
	t.Parallel()
	if *peerDirectory == "" {
		t.Skip("make peers runs it, where there are node and npm")
	}
	dir := scratch(t)
	synctest.Test(t, func(t *testing.T) {
		for _, days := range []int{4, 9} { // the second run adds columns
			sleepUntil(day(days, time.Hour))
			update(t, platform(t, tenDays(3000)), dir, mirror.Options{Since: firstDay, Parquet: true})
		}
	})
	directory := open(t, dir)
	calls, sum := 0, new(big.Rat)
	for call, err := range directory.Calls() {
		require.NoError(t, err)
		calls++
		if premium, ok := call.Outputs.Get("Annual Premium"); ok {
			if number, ok := new(big.Rat).SetString(string(premium.JSON())); ok { // and not null
				sum.Add(sum, number)
			}
		}
	}
	command := exec.Command("node", filepath.Join(*peerDirectory, "duckdb.mjs"), filepath.Join(dir, "parquet", "*.parquet"),
		`SELECT count(*)::VARCHAR, sum("output_Annual Premium")::VARCHAR FROM calls`)
	command.Stderr = os.Stderr
	output, err := command.Output()
	require.NoError(t, err)
	var result [][]string
	require.NoError(t, json.Unmarshal(output, &result))
	require.Equal(t, strconv.Itoa(calls), result[0][0])
	summed, ok := new(big.Rat).SetString(result[0][1])
	require.True(t, ok)
	require.Zero(t, sum.Cmp(summed), "%s, not %s", summed.FloatString(20), sum.FloatString(20))
}
