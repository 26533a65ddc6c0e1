package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

// startEnvironment is a shell in which nothing is set.
func startEnvironment(t *testing.T) (*shell, *sparktest.Server) {
	server := sparktest.NewServer(t, sparktest.InMemory())
	shell := newShell(t, server)
	setenv(t, envBaseURL, "")
	setenv(t, envBearerToken, "")
	return shell, server
}

func TestABearerTokenAloneIsEnough(t *testing.T) {
	shell, server := startEnvironment(t)
	setenv(t, envBearerToken, "Bearer "+server.BearerToken)
	shell.must("call", server.Calls()[0].ID)
}

func TestClientCredentials(t *testing.T) {
	shell, server := startEnvironment(t)
	setenv(t, envBaseURL, server.BaseURL)
	setenv(t, envClientID, server.ClientID)
	setenv(t, envClientSecret, server.ClientSecret)
	shell.must("call", server.Calls()[0].ID)
}

func TestWithoutACredential(t *testing.T) {
	shell, server := startEnvironment(t)
	outcome := shell.run("call", server.Calls()[0].ID)
	require.Equal(t, exitUsage, outcome.status)
	require.Contains(t, outcome.errors, envBearerToken)
	require.Empty(t, server.Requests())
}

func TestEnvironmentFile(t *testing.T) {
	shell, server := startEnvironment(t)
	write(t, environmentFile, "\ufeff# the tenant\r\nexport CSPARK_BASE_URL="+server.BaseURL+"\r\nCSPARK_API_KEY='"+server.APIKey+"'\r\nHOME=/nowhere\r\n")
	shell.must("call", server.Calls()[0].ID)
	require.Equal(t, server.APIKey, server.Requests()[0].Header.Get("x-synthetic-key"))
	require.Empty(t, os.Getenv(envAPIKey), "it isn't left in the process")
	require.NotEqual(t, "/nowhere", os.Getenv("HOME"))
}

func TestEnvironmentFileOverridesNothing(t *testing.T) {
	shell, server := startEnvironment(t)
	write(t, environmentFile, "CSPARK_BASE_URL=https://elsewhere.example/tenant\nCSPARK_BEARER_TOKEN=wrong\n")
	setenv(t, envBaseURL, server.BaseURL)
	setenv(t, envBearerToken, server.BearerToken)
	shell.must("call", server.Calls()[0].ID)
}

func TestACredentialInTheEnvironmentCountsMoreThanAnyInTheFile(t *testing.T) {
	shell, server := startEnvironment(t)
	write(t, environmentFile, "CSPARK_BASE_URL="+server.BaseURL+"\nCSPARK_CLIENT_ID=other\nCSPARK_CLIENT_SECRET=other\nCSPARK_API_KEY=other\n")
	setenv(t, envBearerToken, server.BearerToken)
	shell.must("call", server.Calls()[0].ID)
}

func TestAHalfOfACredentialInEach(t *testing.T) {
	shell, server := startEnvironment(t)
	write(t, environmentFile, "CSPARK_BASE_URL="+server.BaseURL+"\nCSPARK_CLIENT_SECRET="+server.ClientSecret+"\n")
	setenv(t, envClientID, server.ClientID)
	shell.must("call", server.Calls()[0].ID)
}

func TestBaseURLFlagCountsMost(t *testing.T) {
	shell, server := startEnvironment(t)
	write(t, environmentFile, "CSPARK_BASE_URL=https://file.example/tenant\n")
	setenv(t, envBaseURL, "https://environment.example/tenant")
	setenv(t, envAPIKey, server.APIKey)
	shell.must("call", server.Calls()[0].ID, "--base-url", server.BaseURL)
}

func TestEnvironmentFileThatCannotBeReadKeepsItsSecrets(t *testing.T) {
	for _, content := range []string{
		"CSPARK_API_KEY=\"my-secret\n",
		"CSPARK_API KEY=my-secret\n",
		"C\x00S\x00P\x00A\x00R\x00K\x00=\x00my-secret\n",
		"not a line my-secret = x\n",
	} {
		shell, server := startEnvironment(t)
		write(t, environmentFile, content)
		outcome := shell.run("call", server.Calls()[0].ID)
		require.NotEqual(t, exitDone, outcome.status)
		require.Contains(t, outcome.errors, environmentFile, "%q", content)
		require.NotContains(t, outcome.errors, "my-secret")
	}
}

func TestEnvironmentFileInUTF16IsNamedAsSuch(t *testing.T) {
	shell, server := startEnvironment(t)
	utf16 := func(text string) string {
		return "\xff\xfe" + strings.Join(strings.Split(text, ""), "\x00") + "\x00"
	}
	write(t, environmentFile, utf16("CSPARK_API_KEY="+server.APIKey+"\r\n"))
	outcome := shell.run("call", server.Calls()[0].ID)
	require.Equal(t, exitFailed, outcome.status)
	require.Contains(t, outcome.errors, ".env can't be read: it is UTF-16; save it as UTF-8")
}
