package main

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

const corpus = "openapi/internal/pipeline/testdata/corpus/"

func TestRun(t *testing.T) {
	t.Chdir("../../..")
	page := "openapi/internal/pipeline/testdata/api-call-history-apis.md"
	for name, c := range map[string]struct {
		args        []string
		code        int
		out, faults string
	}{
		"nothing":          {nil, 2, "", usage + "\n"},
		"an unknown word":  {[]string{"merge"}, 2, "", usage + "\n"},
		"too many to diff": {[]string{"diff", page, page, page}, 2, "", usage + "\n"},
		"no such page":     {[]string{"import", "gone.md"}, 1, "", "openapi: gone.md: no such file\nopenapi: nothing was written\n"},
		"several pages":    {[]string{"import", "gone.md", corpus + "broken-block.md", "gone.md"}, 1, "", "openapi: gone.md: no such file\nopenapi: " + corpus + "broken-block.md:8: the JSON ends too early: it is cut off\nopenapi: " + corpus + "broken-block.md:14: not JSON: invalid character '}' looking for beginning of object key string\nopenapi: nothing was written\n"},
		"a diff":           {[]string{"diff", page, page}, 0, "Nothing has changed in the API.\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out, faults bytes.Buffer
			require.Equal(t, c.code, run(context.Background(), c.args, &out, &faults))
			require.Equal(t, c.out, out.String())
			require.Equal(t, c.faults, faults.String())
		})
	}
}
