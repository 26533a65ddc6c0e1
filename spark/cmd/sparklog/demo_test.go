package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

// runDemo runs the demo with an emulator in memory.
func runDemo(t *testing.T, s *shell, args ...string) string {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	p := s.program()
	p.emulator = []sparktest.Option{sparktest.InMemory()}
	var out, errors bytes.Buffer
	p.stdout, p.stderr = &out, &errors
	require.Equal(t, exitDone, p.run(t.Context(), append([]string{"demo"}, args...)), errors.String())
	require.Empty(t, errors.String())
	return out.String()
}

func TestDemoWithoutAnything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC))) // virtual: after the history
		out := runDemo(t, newShell(t, nil))
		for _, line := range []string{
			`No credential is set, so these commands use an emulator`,
			`(?m)^\$ sparklog list motor/premium --from 2026-03-02 --to 2026-03-03 --limit 5\nTIME \(UTC\) .*\n2026-03-03 22:04:18 .* 97f3c0c8-e529-4f14-b218-607be116471f$`,
			`(?m)^\$ sparklog call 97f3c0c8-e529-4f14-b218-607be116471f --format table\nCall 97f3c0c8`,
			`(?m)^\$ sparklog export motor/premium --from 2026-03-02 --to 2026-03-03 --format json --output /.*/calls.zip$`,
			`(?m)^saved .*/calls\.zip, \d+\.\d KB$`,
			`(?m)^2026-03-02 08:07:46  11580214-d13d-4365-a294-ebbd713daeff .*error: Rating!D19`,
			`(?m)^28 calls from 2026-03-02 00:01 to 2026-03-03`,
			`(?m)^    Annual Premium     1522\.36587940669547526$`,
			`(?m)^  ~ Annual Premium  +615\.88864036849250894 → `,
			`(?m)^saved .*/call\.xlsx, \d+\.\d KB$`,
			`(?m)^saved .*/rows\.zip, \d+\.\d KB$`,
			`(?m)^\$ sparklog mirror motor/premium /.*/history$`,
			`(?m)^fetched 1 window; .*/history now holds 69 calls$`,
		} {
			require.Regexp(t, line, out)
		}
		dir := regexp.MustCompile(`The files are in (.*)`).FindStringSubmatch(out)[1]
		for _, name := range []string{"calls.zip", "call.xlsx", "rows.zip", "history/mirror.json"} {
			require.FileExists(t, filepath.Join(dir, name))
		}
	})
}

func TestDemoOfATenant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		shell := newShell(t, server)
		out := runDemo(t, shell, shell.service(), "--from", "2026-03-05", "--to", "2026-03-05T12:00:00Z")
		require.Contains(t, out, "\ncalls from 2026-03-05 00:00 to 2026-03-05 12:00 UTC\n")
		require.NotContains(t, out, "emulator")
		out = runDemo(t, shell, shell.service(), "--from", "1999-01-01", "--to", "1d")
		require.Contains(t, out, "There are no calls in this period.\n")
	})
}
