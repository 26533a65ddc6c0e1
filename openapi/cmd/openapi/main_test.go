package main

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	t.Chdir("../../..")
	page := "openapi/internal/pipeline/testdata/api-call-history-apis.md"
	for name, c := range map[string]struct {
		args        []string
		code        int
		out, faults string
	}{
		"nothing":          {nil, 2, "", usage},
		"no page":          {[]string{"import"}, 2, "", usage},
		"an unknown word":  {[]string{"merge"}, 2, "", usage},
		"too many to diff": {[]string{"diff", page, page, page}, 2, "", usage},
		"no such page":     {[]string{"import", "gone.md"}, 1, "", "openapi: read page: stat gone.md: no such file or directory\nnothing was written\n"},
		"a diff":           {[]string{"diff", page, page}, 0, "Nothing has changed in the API.\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out, faults bytes.Buffer
			require.Equal(t, c.code, run(context.Background(), c.args, &out, &faults))
			require.Equal(t, c.out, out.String())
			require.Contains(t, faults.String(), c.faults)
		})
	}
}
