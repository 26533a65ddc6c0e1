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
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.Service("my-folder", "my-service", sparktest.Generate(sparktest.History{})...))
		require.Contains(t, readme, "CSPARK_API_KEY="+server.APIKey+"\n")
		shell := newShell(t, server)
		var ran []string
		id := ""
		for _, line := range regexp.MustCompile(`(?m)^(id=\$\()?sparklog .*`).FindAllString(readme, -1) {
			line, _, _ = strings.Cut(strings.ReplaceAll(line, "$id", id), " | ")
			line, keepID := strings.CutPrefix(strings.TrimSuffix(line, ")"), "id=$(")
			args := regexp.MustCompile(`'[^']*'|\S+`).FindAllString(line, -1)[1:]
			for i := range args {
				args[i] = strings.Trim(args[i], "'")
			}
			if args[0] == "serve" || args[0] == "demo" {
				continue // serve runs until it is stopped, and the demo has its own test
			}
			if slices.Contains(args, "old.zip") {
				shell.succeed("export", shell.service(), "--format", "json", "--output", "old.zip", "--to", "2026-03-04")
				shell.succeed("export", shell.service(), "--format", "json", "--output", "new.zip", "--from", "2026-03-04")
			}
			outcome := shell.run(args...)
			require.Equal(t, exitDone, outcome.status, "%s: %s", line, outcome.errors)
			ran = append(ran, args[0])
			if keepID {
				id = strings.TrimSpace(outcome.out)
			}
		}
		for _, command := range []string{"call", "list", "export", "job", "records", "excel", "mirror", "diff", "stats"} {
			require.Contains(t, ran, command)
		}
		require.Subset(t, names(t), []string{"calls.zip", "errors.zip", "call.xlsx", "history", "history.html"})
	})
}
