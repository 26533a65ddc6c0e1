package main

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// An outage is said when it begins and when it ends, and is not the end of a wait.
func TestOutageIsPrinted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Hour))
		server.Fault(sparktest.JobStatus, sparktest.After(5), sparktest.Times(3), testfault.BareStatus(503))
		shell := newShell(t, server)
		outcome := shell.run("export", shell.service(), "--format", "json", "--output", "calls.zip")
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		require.Regexp(t, `\nno usable response since 00:00:\d\d UTC \(503 Service Unavailable\), still trying until 00:05\nresponding again after \ds\nsaved calls.zip`, outcome.errors)
	})
}

func TestOutageReplacesTheBar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(10*time.Minute))
		start := time.Now()
		server.Fault(sparktest.JobStatus, sparktest.Always(), testfault.BareStatus(503), sparktest.When(func(*http.Request) bool {
			return time.Since(start) > 9*time.Minute && time.Since(start) < 12*time.Minute
		}))
		shell := newShell(t, server)
		shell.stderrTerminal, shell.width = true, 120
		outcome := shell.run("export", shell.service(), "--format", "json", "--output", "calls.zip")
		require.Equal(t, exitDone, outcome.status, outcome.errors)
		during := 0
		for _, frame := range frames(outcome.errors) {
			if strings.Contains(frame, "no usable response since") {
				during++
				require.Regexp(t, `^exporting  [\d.]+ %  no usable response since 00:09:\d\d UTC \(503 Service Unavailable\), still trying until 00:14 *$`, frame)
			}
		}
		require.Greater(t, during, 100, "it stays as long as the outage")
	})
}

func TestWaitLimits(t *testing.T) {
	for name, test := range map[string]struct {
		flags []string
		took  time.Duration
		says  string
	}{
		"outage limit": {[]string{"--outage-limit", "90s"}, 90 * time.Second, "no usable response since "},
		"wait limit":   {[]string{"--outage-limit", "none", "--wait-limit", "2h"}, 2 * time.Hour, "the job took longer than the wait's limit; the last status request failed: get JSON export status: 503 Service Unavailable"},
		"interrupted":  {nil, time.Minute, "interrupted; the last status request failed: get JSON export status: 503 Service Unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Hour))
				server.Fault(sparktest.JobStatus, sparktest.After(1), sparktest.Always(), testfault.BareStatus(503))
				shell := newShell(t, server)
				args := append([]string{"export", shell.service(), "--format", "json", "--output", "calls.zip"}, test.flags...)
				outcome := shell.interrupted(test.took+map[bool]time.Duration{true: time.Minute}[test.flags != nil], args...)
				require.Equal(t, exitFailed, outcome.status)
				require.Contains(t, outcome.errors, test.says)
				require.Contains(t, outcome.errors, "\nTo resume: sparklog job motor/premium "+server.Jobs()[0]+" --format json --output calls.zip\n")
				require.InDelta(t, test.took, outcome.took, float64(5*time.Second))
			})
		})
	}
	shell := newShell(t, sparktest.NewServer(t, sparktest.InMemory()))
	for _, bad := range []string{"0", "-1s", "soon", ""} {
		outcome := shell.run("job", shell.service(), "123e4567-e89b-12d3-a456-426614174000", "--format", "json", "--outage-limit", bad)
		require.Equal(t, exitUsage, outcome.status, outcome.errors)
		require.Contains(t, outcome.errors, "or none")
	}
}

// A mirror waits under the same limits, and names the window that it waits for.
func TestOutagesOfAMirror(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sparktest.NewServer(t, sparktest.InMemory(), sparktest.JobDuration(time.Hour))
		server.Fault(sparktest.JobStatus, sparktest.After(1), sparktest.Always(), sparktest.Reset())
		shell := newShell(t, server)
		outcome := shell.run("mirror", shell.service(), "history", "--since", "yesterday", "--parallel", "1", "--outage-limit", "90s")
		require.Equal(t, exitFailed, outcome.status)
		require.Regexp(t, `^window [\d-]+: no response since 00:00:\d\d UTC \(connection reset by peer\), still trying until 00:01:\d\d\n`, outcome.errors)
		require.InDelta(t, 90*time.Second, outcome.took, float64(5*time.Second))
		require.Contains(t, outcome.errors, "\nTo resume: ")
	})
}
