package spark_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/contract"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// checked sends requests to the server and checks each of them, and each
// response, against openapi/spark.yaml.
func checked(t testing.TB, server *sparktest.Server) *http.Client {
	t.Helper()
	transport := server.Transport()
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: contract.Transport(server.BaseURL, transport, func(err error) { t.Errorf("contract: %v", err) })}
}

func newClient(t testing.TB, server *sparktest.Server, opts ...spark.Option) *spark.Client {
	t.Helper()
	return newClientWith(t, server, spark.BearerToken(server.BearerToken), opts...)
}

func newClientWith(t testing.TB, server *sparktest.Server, auth spark.Auth, opts ...spark.Option) *spark.Client {
	t.Helper()
	opts = append([]spark.Option{spark.WithHTTPClient(checked(t, server))}, opts...)
	client, err := spark.NewClient(server.BaseURL, auth, opts...)
	require.NoError(t, err)
	return client
}

func newService(t testing.TB, server *sparktest.Server, opts ...spark.Option) *spark.Service {
	t.Helper()
	return newClient(t, server, opts...).Service(server.Folder, server.Service)
}

func newCancel(t testing.TB) (context.Context, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx, cancel
}
