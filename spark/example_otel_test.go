package spark_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// OpenTelemetry is added through the HTTP client. Its spans contain complete URLs,
// and the URL of a file grants access to it, so only the API's are traced.
func ExampleWithHTTPClient_openTelemetry() {
	server, err := sparktest.Start() // stands for the platform
	if err != nil {
		panic(err)
	}
	defer server.Close()
	spans := tracetest.NewSpanRecorder()
	provider := trace.NewTracerProvider(trace.WithSpanProcessor(spans))

	base := server.BaseURL
	transport := otelhttp.NewTransport(http.DefaultTransport,
		otelhttp.WithTracerProvider(provider),
		otelhttp.WithFilter(func(r *http.Request) bool { return strings.HasPrefix(r.URL.String(), base+"/api/") }))
	client, err := spark.NewClient(base, spark.BearerToken(server.BearerToken), spark.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		panic(err)
	}
	defer client.CloseIdleConnections()

	service := client.Service(server.Folder, server.Service)
	if err := service.WriteWorkbook(context.Background(), server.Calls()[0].ID, io.Discard); err != nil {
		panic(err)
	}
	for _, span := range spans.Ended() {
		fmt.Println(span.Name())
	}
	// Output: HTTP POST
}
