package main

import (
	"bytes"
	"os"
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
			`No credential is set, so this is an emulator`,
			`(?m)^Service   motor/premium$`,
			`(?m)^  started job [0-9a-f-]{36}$`,
			`(?m)^  status request \d+, after .*: \d+ %$`,
			`(?m)^  downloaded premium_json\.zip, \d+ bytes$`,
			`(?m)^  2026-03-02 00:01:11  d9877ece-6d36-4aac-9a6f-419ec627c76b  ada\.okafor@example\.com +1\.4\.2    41ms       0$`,
			`(?m)^  … and 16 more calls$`,
			`(?m)^28 calls from 2026-03-02 00:01 to 2026-03-03`,
			`(?m)^What differs between the first call and the last$`,
			`(?m)^  ~ Annual Premium  +615\.88864036849250894 → `,
			`(?m)^  28 rows, 4 of them with errors$`,
			`(?m)^    Annual Premium     615\.88864036849250894$`,
			`(?m)^  \d+ bytes, sheets: Inputs, Outputs, Call$`,
			`(?m)^  the first run fetched 4 windows; the folder holds 69 records$`,
			`(?m)^  the second run fetched 2 windows; the folder holds 69 records$`, // of a day and a half
			`(?m)^  of version 1\.4\.2: \d+ records$`,
		} {
			require.Regexp(t, line, out)
		}
		path := regexp.MustCompile(`saved as (.*)`).FindStringSubmatch(out)[1]
		require.FileExists(t, path)
		left, err := os.ReadDir(os.TempDir())
		require.NoError(t, err)
		require.Len(t, left, 1, "the workbook is all that stays")
	})
}

func TestDemoOfATenant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory())
		shell := newShell(t, server)
		out := runDemo(t, shell, shell.service(), "--from", "2026-03-05", "--to", "2026-03-05T12:00:00Z")
		require.Contains(t, out, "signed in with CSPARK_BEARER_TOKEN")
		require.Contains(t, out, "Period    calls from 2026-03-05 00:00 to 2026-03-05 12:00 UTC")
		out = runDemo(t, shell, shell.service(), "--from", "1999-01-01", "--to", "1d")
		require.Contains(t, out, "There are no calls")
	})
}
