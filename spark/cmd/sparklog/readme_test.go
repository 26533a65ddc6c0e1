package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

// TestReadmeCommands runs the README's commands one after another, in one directory.
func TestReadmeCommands(t *testing.T) {
	readme := read(t, "../../../README.md")
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC))) // virtual: after the history
		server := sparktest.NewServer(t, sparktest.InMemory())
		shell := newShell(t, server)
		inTheEmulator := strings.NewReplacer(
			"my-folder/my-service", shell.service(),
			"123e4567-e89b-12d3-a456-426614174000", server.Calls()[0].ID,
			"123e4567-e89b-12d3-a456-426614174001", server.Calls()[1].ID,
		)
		values := strings.NewReplacer("inputs.policy=123", "inputs.Policy Number=9008316928956007", "inputs.age", "inputs.Driver Age", "outputs.premium", "outputs.Annual Premium")
		var ran []string
		for _, line := range regexp.MustCompile(`(?m)^sparklog .*`).FindAllString(readme, -1) {
			line, _, _ = strings.Cut(line, " | ")
			args := strings.Fields(inTheEmulator.Replace(line))[1:]
			for i := range args {
				args[i] = values.Replace(args[i])
			}
			if args[0] == "serve" {
				continue // until it is ended
			}
			if slices.Contains(args, "old.zip") {
				shell.succeed("export", shell.service(), "--format", "json", "--output", "old.zip", "--to", "2026-03-04")
				shell.succeed("export", shell.service(), "--format", "json", "--output", "new.zip", "--from", "2026-03-04")
			}
			outcome := shell.run(args...)
			require.Equal(t, exitDone, outcome.status, "%s: %s", line, outcome.errors)
			ran = append(ran, args[0])
		}
		for _, command := range []string{"mirror", "diff", "stats", "export", "records"} {
			require.Contains(t, ran, command)
		}
		require.Subset(t, names(t), []string{"history", "history.html", "calls.zip"})
	})
}
