package mirror_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What this package and package parquet need isn't linked into programs that only
// fetch calls.
func TestImportersOfSparkStaySmall(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "github.com/sparkgo/spark-go/spark").CombinedOutput()
	require.NoError(t, err, "%s", out)
	for dependency := range strings.Lines(string(out)) {
		for _, unwanted := range []string{"spark-go/spark/mirror", "parquet", "klauspost/compress/zstd", "flock", "errgroup"} {
			require.NotContains(t, dependency, unwanted)
		}
	}
}
