package record_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Programs that only read archives link neither a network stack nor the client.
func TestReadersNeedNoNetwork(t *testing.T) {
	for _, reader := range []string{".", "../compare", "../parquet", "../stats", "../stats/webpage"} {
		list := exec.Command("go", "list", "-deps", reader)
		out, err := list.Output()
		require.NoError(t, err)
		dependencies := strings.Fields(string(out))
		require.NotContains(t, dependencies, "github.com/sparkgo/spark-go/spark", reader)
		if reader == "." {
			require.NotContains(t, dependencies, "net/http", reader)
		}
	}
}
