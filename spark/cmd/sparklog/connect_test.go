package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestCredentialsComeFromTheEnvironmentOrTheFile(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	id, other := server.Calls()[0].ID, "https://elsewhere.example/tenant"
	for name, c := range map[string]struct {
		environment map[string]string
		file        string
		flags       []string
	}{
		"a bearer token alone":                                  {environment: map[string]string{envBearerToken: "Bearer " + server.BearerToken}},
		"client credentials":                                    {environment: map[string]string{envBaseURL: server.BaseURL, envClientID: server.ClientID, envClientSecret: server.ClientSecret}},
		"the file":                                              {file: "\ufeff# the tenant\r\nexport CSPARK_BASE_URL=" + server.BaseURL + "\r\nCSPARK_API_KEY='" + server.APIKey + "'\r\nHOME=/nowhere\r\n"},
		"the environment before the file":                       {environment: map[string]string{envBaseURL: server.BaseURL, envBearerToken: server.BearerToken}, file: "CSPARK_BASE_URL=" + other + "\nCSPARK_BEARER_TOKEN=wrong\n"},
		"a credential in the environment before others":         {environment: map[string]string{envBearerToken: server.BearerToken}, file: "CSPARK_BASE_URL=" + server.BaseURL + "\nCSPARK_CLIENT_ID=other\nCSPARK_CLIENT_SECRET=other\nCSPARK_API_KEY=other\n"},
		"half of a credential in each":                          {environment: map[string]string{envClientID: server.ClientID}, file: "CSPARK_BASE_URL=" + server.BaseURL + "\nCSPARK_CLIENT_SECRET=" + server.ClientSecret + "\n"},
		"the flag before the environment, and that before .env": {environment: map[string]string{envBaseURL: other, envAPIKey: server.APIKey}, file: "CSPARK_BASE_URL=https://file.example/tenant\n", flags: []string{"--base-url", server.BaseURL}},
	} {
		t.Run(name, func(t *testing.T) {
			shell := newShell(t, server)
			for _, name := range variables {
				setenv(t, name, c.environment[name])
			}
			if c.file != "" {
				write(t, environmentFile, c.file)
			}
			shell.succeed(append([]string{"call", id}, c.flags...)...)
			require.NotEqual(t, "/nowhere", os.Getenv("HOME"))
		})
	}
}

func TestWithoutACredential(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	setenv(t, envBearerToken, "")
	for _, file := range []string{"", "CSPARK_BASE_URL=" + server.BaseURL} {
		write(t, environmentFile, file)
		outcome := shell.run("call", server.Calls()[0].ID)
		require.Equal(t, exitUsage, outcome.status)
		require.Contains(t, outcome.errors, "sparklog: no credential is set; set ")
	}
	setenv(t, envBaseURL, "")
	setenv(t, envBearerToken, "opaque-token")
	write(t, environmentFile, "")
	outcome := shell.run("call", server.Calls()[0].ID)
	require.Equal(t, exitUsage, outcome.status)
	require.Equal(t, "sparklog: no base URL is set and this token doesn't contain one; set CSPARK_BASE_URL, such as https://excel.uat.us.coherent.global/my-tenant\n", outcome.errors)
	require.Empty(t, server.Requests())
}

func TestARejectedCredentialIsNamed(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	setenv(t, envBearerToken, "wrong")
	outcome := shell.run("call", server.Calls()[0].ID)
	require.Equal(t, exitFailed, outcome.status)
	require.Contains(t, outcome.errors, "the access token is invalid or has expired; get a new one and set CSPARK_BEARER_TOKEN (request ID")
	setenv(t, envAPIKey, "wrong")
	require.Contains(t, shell.run("call", server.Calls()[0].ID).errors, "; check CSPARK_API_KEY (request ID")
	setenv(t, envClientID, "wrong")
	setenv(t, envClientSecret, "wrong")
	require.Contains(t, shell.run("call", server.Calls()[0].ID).errors, "; check CSPARK_CLIENT_ID and CSPARK_CLIENT_SECRET (request ID")
}

func TestEnvironmentFileThatCannotBeReadKeepsItsSecrets(t *testing.T) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	for _, content := range []string{
		"CSPARK_API_KEY=\"my-secret\n",
		"CSPARK_API KEY=my-secret\n",
		"not a line my-secret = x\n",
		"C\x00S\x00P\x00A\x00R\x00K\x00=\x00my-secret\n",
		"\xff\xfeC\x00S\x00P\x00A\x00R\x00K\x00",
	} {
		write(t, environmentFile, content)
		outcome := shell.run("call", server.Calls()[0].ID)
		require.Equal(t, exitFailed, outcome.status)
		require.Contains(t, outcome.errors, ".env can't be read", "%q", content)
		require.Equal(t, strings.Contains(content, "\x00"), strings.Contains(outcome.errors, "it is UTF-16; expected UTF-8"))
		require.NotContains(t, outcome.errors, "my-secret")
	}
}
