package page_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// FuzzParse reads anything as a page. Operations that are found must be the same
// after they are written and read again.
func FuzzParse(f *testing.F) {
	for _, dir := range []string{"forms", "bad"} {
		files, err := filepath.Glob("testdata/" + dir + "/*")
		require.NoError(f, err)
		for _, file := range files {
			content, err := os.ReadFile(file)
			require.NoError(f, err)
			f.Add(content)
		}
	}
	f.Add([]byte(several))
	f.Fuzz(func(t *testing.T, content []byte) {
		parsed, err := page.Parse("page", content)
		if err != nil {
			return
		}
		require.NotEmpty(t, parsed.Operations)
		for _, operation := range parsed.Operations {
			data, err := document.Canonical(operation.Document.Root)
			require.NoError(t, err)
			again, err := page.Parse("again.json", data)
			require.NoError(t, err)
			require.Len(t, again.Operations, 1)
			require.Equal(t, operation.ID, again.Operations[0].ID)
			require.Equal(t, string(data), canonical(t, again.Operations[0]))
		}
	})
}
