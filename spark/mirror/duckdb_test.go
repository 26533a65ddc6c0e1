package mirror_test

import (
	"encoding/json"
	"flag"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/mirror"
)

var peerDirectory = flag.String("peer", "", "directory of ../parquet/testdata/duckdb with its packages installed, for TestDuckDB; see make peers")

// DuckDB reads all Parquet files of a directory as one table, whose counts and sums are
// those of the calls, to the last digit.
func TestDuckDB(t *testing.T) {
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
	folder, err := mirror.Open(dir)
	require.NoError(t, err)
	calls, sum := 0, new(big.Rat)
	for call, err := range folder.Calls() {
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
