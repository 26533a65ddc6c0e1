package main

import (
	"encoding/base64"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestAuthCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // on 2000-01-01
		server := sparktest.NewServer(t, sparktest.InMemory())
		shell := newShell(t, server)
		require.Equal(t, "credential   CSPARK_BEARER_TOKEN from the environment\ntenant       "+server.Tenant+"\nbase URL     "+server.BaseURL+
			"\nvalid until  2001-01-01 09:00:00 Asia/Tokyo (in 366 days)\nThe credential works.\n", shell.succeed("auth", "check", "--zone", "Asia/Tokyo"))
		require.Len(t, server.Requests(), 1)

		setenv(t, envBearerToken, "")
		write(t, environmentFile, "CSPARK_CLIENT_ID="+server.ClientID+"\nCSPARK_CLIENT_SECRET="+server.ClientSecret)
		require.Contains(t, shell.succeed("auth", "check"), "credential  CSPARK_CLIENT_ID from .env\n")
		write(t, environmentFile, "CSPARK_API_KEY="+server.ForbiddenAPIKey)
		outcome := shell.run("auth", "check")
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.out, "credential  CSPARK_API_KEY from .env\n")
		require.NotContains(t, outcome.out, "works")
		require.Contains(t, outcome.errors, "403")

		for payload, says := range map[string]string{
			`{"exp":946684799}`: "valid until  1999-12-31 23:59:59 UTC (expired)\n",
			`{"exp":946684890}`: "(in 1m30s)",
			`{}`:                "unknown",
			`[`:                 "unknown",
		} {
			token := "e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".sig"
			setenv(t, envBearerToken, token)
			outcome := shell.run("auth", "check")
			require.Equal(t, exitFailed, outcome.status)
			require.Contains(t, outcome.out, says, payload)
			require.Contains(t, outcome.errors, "the access token is invalid or has expired")
			require.NotContains(t, outcome.out+outcome.errors, token)
		}
		server.Fault(sparktest.GetCall, sparktest.Status(404)) // there is no such tenant
		setenv(t, envBearerToken, server.BearerToken)
		outcome = shell.run("auth", "check")
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.errors, "404")
	})
}
