// Webservice returns the record of a call as JSON, for a page that shows why a
// price came out. Each request has a timeout and an OpenTelemetry span, whose
// children are the requests to the platform.
//
//	go run ./spark/examples/webservice -address localhost:8090
//	curl localhost:8090/calls/CALL_ID
package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/sparkgo/spark-go/spark"
)

func main() {
	if err := run(); err != nil {
		slog.Error("webservice", "error", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	address := flag.String("address", "localhost:8090", "`host:port` to listen on")
	flag.Parse()

	provider := trace.NewTracerProvider() // give it your exporter: trace.WithBatcher(exporter)
	defer provider.Shutdown(context.WithoutCancel(ctx))
	traced := otelhttp.WithTracerProvider(provider)
	// Spans contain URLs, and the URL of a download grants access to its file. A program
	// that saves files as well excludes the file host with otelhttp.WithFilter.
	transport := otelhttp.NewTransport(http.DefaultTransport, traced)
	client, err := spark.NewClientFromEnv(spark.WithHTTPClient(&http.Client{Transport: transport}), spark.WithLogger(slog.Default()))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /calls/{id}", otelhttp.NewHandler(getCall(client), "getCall", traced))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	slog.Info("listening", "address", listener.Addr().String())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return server.Shutdown(context.WithoutCancel(ctx)) // after the requests in progress
	}
}

func getCall(client *spark.Client) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
		defer cancel()
		call, err := client.GetCall(ctx, r.PathValue("id"))
		if err != nil {
			status := http.StatusBadGateway
			switch {
			case errors.Is(err, spark.ErrInvalidArgument):
				status = http.StatusBadRequest
			case errors.Is(err, spark.ErrNotFound):
				status = http.StatusNotFound
			case errors.Is(err, context.DeadlineExceeded):
				status = http.StatusGatewayTimeout
			}
			slog.ErrorContext(ctx, "get call", "status", status, "error", err)
			http.Error(w, http.StatusText(status), status)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(call.JSON())
	}
}
