package spark_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestEditorOnABareGeneratedClient(t *testing.T) {
	for kind, auth := range credentials() {
		if kind == "client credentials" {
			continue // see TestEditorFetchesATokenOnABareGeneratedClient
		}
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, nil)
			edit := auth.Editor()
			bare := func(server string) (*http.Response, error) {
				client, err := gen.NewClient(server, gen.WithHTTPClient(&http.Client{Transport: w}), gen.WithRequestEditorFn(edit))
				require.NoError(t, err)
				return client.GetLogGetExecutionHistoryByCallid(t.Context(), "my-tenant", [16]byte{1}, nil)
			}
			_, err := bare("http://spark.example.com")
			require.ErrorContains(t, err, "isn't encrypted")
			response, err := bare(apiOrigin)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			require.Contains(t, everything(t, w.requests(apiOrigin)[0]), hidden)
			if kind == "API key" {
				require.Equal(t, "my-tenant", w.requests(apiOrigin)[0].Header.Get("x-tenant-name"))
			}
			_, err = bare("https://evil.example.com")
			require.ErrorContains(t, err, "not the tenant")
			require.Empty(t, w.requests("https://evil.example.com"))
			require.Empty(t, w.requests("http://spark.example.com"))
		})
	}
}

func TestEditorFetchesATokenOnABareGeneratedClient(t *testing.T) {
	server := sparktest.NewServer(t)
	base, err := url.Parse(server.BaseURL)
	require.NoError(t, err)
	client, err := gen.NewClient(base.Scheme+"://"+base.Host, gen.WithHTTPClient(checked(t, server)),
		gen.WithRequestEditorFn(spark.ClientCredentials(server.ClientID, server.ClientSecret).Editor()))
	require.NoError(t, err)
	for range 2 {
		response, err := client.GetLogGetExecutionHistoryByCallid(t.Context(), server.Tenant, [16]byte{1}, nil)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusOK, response.StatusCode)
	}
	require.Len(t, server.Requests(sparktest.Token), 1)
}
