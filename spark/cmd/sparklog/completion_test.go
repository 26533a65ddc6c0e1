package main

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

func TestCompletion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shell, _ := exported(t)
		for line, completions := range map[string]string{
			"records calls.zip --format ":      "table\nndjson\njson\ncsv\n:4",
			"export x/y --format ":             "json\ncsv\n:4",
			"export x/y --from ":               "today\nyesterday\n24h\n7d\n:4",
			"export x/y --user ":               ":4",
			"export x/y --output ":             ":0",
			"records ":                         "zip\n:8",
			"stats calls.zip ":                 "zip\n:8",
			"mirror ":                          ":4",
			"mirror x/y ":                      ":16",
			"auth ch":                          "check\tPrint which credential is used and for which tenant, and whether it works\n:4",
			"stats calls.zip --of outputs.Ann": "outputs.Annual Premium\n:6",
			"records rows.zip --show outputs.x,outputs.Annual": "outputs.x,outputs.Annual Mileage\noutputs.x,outputs.Annual Premium\n:6",
			"records calls.zip --where inputs.Driver":          "inputs.Driver Age\n:6",
			"records - --where inputs.":                        ":6",
			"records nope.zip --where inputs.":                 ":6",
			"list x/y --show ":                                 ":4",
		} {
			words := strings.Split(line, " ")
			require.Equal(t, completions+"\n", shell.succeed(append([]string{"__complete"}, words...)...), line)
		}
		require.Contains(t, shell.succeed("__complete", "ex"), "export\t")
	})
}
