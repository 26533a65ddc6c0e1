package spark_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/samples"
)

const (
	apiOrigin  = "https://excel.uat.us.coherent.global"
	tokenHost  = "https://keycloak.uat.us.coherent.global"
	fileOrigin = "https://entitystore.uat.us.coherent.global"
	anyCallID  = "123e4567-e89b-12d3-a456-426614174000"
	hidden     = "hunter2-secret"
)

// credentials returns all kinds of credentials, each with the same secret.
func credentials() map[string]spark.Auth {
	return map[string]spark.Auth{
		"bearer token":       spark.BearerToken(hidden),
		"API key":            spark.APIKey(hidden),
		"client credentials": spark.ClientCredentials("id", hidden),
		"token source":       spark.TokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: hidden})),
		"token function":     spark.TokenFunc(func(context.Context) (string, error) { return hidden, nil }),
	}
}

func tokenResponse() http.HandlerFunc {
	return respond(`{"access_token":"` + hidden + `","expires_in":300,"token_type":"Bearer"}`)
}

const recordResponse = `{"status":"Success","response_data":"{\"EngineCallId\":\"` + anyCallID + `\"}","response_meta":null,"error":null}`

// world is the internet as a client sees it: a handler for each
// scheme://host, and what each of them received. It needs no sockets, so that
// hosts may have any name and time may be virtual.
type world struct {
	t        testing.TB
	handlers map[string]http.HandlerFunc

	mu       sync.Mutex
	received map[string][]*http.Request
}

func newWorld(t testing.TB, handlers map[string]http.HandlerFunc) *world {
	return &world{t: t, handlers: handlers, received: map[string][]*http.Request{}}
}

// apiWorld returns a world with an API alone.
func apiWorld(t testing.TB, api http.HandlerFunc) *world {
	return newWorld(t, map[string]http.HandlerFunc{apiOrigin: api})
}

func (w *world) RoundTrip(request *http.Request) (response *http.Response, err error) {
	defer func() {
		if recovered := recover(); recovered != nil {
			response, err = nil, networkError(recovered)
		}
	}()
	origin := request.URL.Scheme + "://" + request.URL.Host
	var body []byte
	if request.Body != nil {
		body, _ = io.ReadAll(request.Body)
		_ = request.Body.Close()
	}
	seen := request.Clone(request.Context())
	seen.Body = io.NopCloser(bytes.NewReader(body))
	w.mu.Lock()
	w.received[origin] = append(w.received[origin], seen)
	handler := w.handlers[origin]
	w.mu.Unlock()
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	if handler == nil {
		handler = http.NotFound
	}
	served := request.Clone(request.Context())
	served.Body = io.NopCloser(bytes.NewReader(body))
	recorder := httptest.NewRecorder()
	handler(recorder, served)
	response = recorder.Result()
	response.Request = request
	if declared := response.ContentLength; declared > int64(recorder.Body.Len()) {
		// A connection that ends too soon is not the end of the file to net/http.
		response.Body = io.NopCloser(io.MultiReader(response.Body, breaksOff))
	}
	return response, nil
}

// breaksOff is the rest of a body whose connection breaks.
var breaksOff = iotest.ErrReader(io.ErrUnexpectedEOF)

// requests returns what an origin received.
func (w *world) requests(origin string) []*http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.received[origin]
}

func (w *world) client(base string, auth spark.Auth, opts ...spark.Option) *spark.Client {
	w.t.Helper()
	opts = append([]spark.Option{spark.WithHTTPClient(&http.Client{Transport: w})}, opts...)
	client, err := spark.NewClient(base, auth, opts...)
	require.NoError(w.t, err)
	return client
}

// bearer returns a client with a bearer token.
func (w *world) bearer(opts ...spark.Option) *spark.Client {
	w.t.Helper()
	return w.client(apiOrigin+"/t", spark.BearerToken(hidden), opts...)
}

// getCall fetches a call and reports only whether that went well.
func getCall(ctx context.Context, client *spark.Client) error {
	_, err := client.GetCall(ctx, anyCallID)
	return err
}

// oneAttempt leaves out all retries.
var oneAttempt = spark.WithRetry(spark.RetryPolicy{MaxAttempts: 1})

// everything returns all that a request contains, to search it.
func everything(t testing.TB, request *http.Request) string {
	t.Helper()
	var all bytes.Buffer
	require.NoError(t, request.Write(&all))
	return all.String()
}

func respond(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

func redirect(status int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, status) }
}

// respondStatus responds with a status, and with pairs of names and values in the header.
func respondStatus(status int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
	}
}

func respondBody(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// respondData responds with an envelope around the response_data.
func respondData(data string) http.HandlerFunc {
	return respond(`{"status":null,"response_data":` + data + `}`)
}

// offers responds to requests for a job's status, or for a workbook, with the URL of a file.
func offers(url string) http.HandlerFunc {
	return respondData(`{"progress":100,"download_url":"` + url + `"}`)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

// networkError returns the error of net/http for a broken connection, from a panic in a
// handler of the world.
func networkError(recovered any) error {
	var lookup net.Error
	switch err, ok := recovered.(error); {
	case !ok:
		panic(recovered)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &lookup) && !errors.As(err, new(syscall.Errno)):
		return &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}
	errno, ok := recovered.(syscall.Errno)
	if !ok {
		panic(recovered)
	}
	op := "read"
	if errors.Is(errno, syscall.ECONNREFUSED) {
		op = "dial"
	}
	return &net.OpError{Op: op, Net: "tcp", Err: fmt.Errorf("%s: %w", op, errno)}
}

// closing is a body that can be read only once.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error {
	c.closed = true
	return nil
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// all runs a function in that many goroutines and waits for them.
func all(n int, f func()) {
	var group sync.WaitGroup
	for range n {
		group.Go(f)
	}
	group.Wait()
}

// jobWorld responds to status requests from a script, and repeats its last line.
func jobWorld(t testing.TB, script ...string) *world {
	polls := 0
	return apiWorld(t, func(w http.ResponseWriter, r *http.Request) {
		line := script[min(polls, len(script)-1)]
		polls++
		var status int
		if _, err := fmt.Sscanf(line, "HTTP %d", &status); err == nil {
			w.WriteHeader(status)
			return
		}
		respondData(line)(w, r)
	})
}

func (w *world) job(opts ...spark.Option) spark.Job {
	return w.bearer(opts...).Service("f", "s").Job(spark.FormatJSON, anyCallID)
}

const doneLine = `{"progress":100,"download_url":"https://entitystore.uat.us.coherent.global/docstore/token-in-path/file.zip"}`

// fileWorld serves a file by a handler of the test's.
func fileWorld(t *testing.T, file http.HandlerFunc) (*world, spark.Job) {
	t.Helper()
	w := apiWorld(t, offers(fileOrigin+"/docstore/api/v1/documents/versions/tokens/token-in-path/file.zip"))
	w.handlers[fileOrigin] = file
	return w, w.job()
}

// workbookWorld serves a workbook by a handler of the test's.
func workbookWorld(t *testing.T, file http.HandlerFunc) *spark.Service {
	t.Helper()
	w, _ := fileWorld(t, file)
	return w.bearer().Service("f", "s")
}

// cut responds with the complete file, or a part of it, and breaks off after n bytes.
func cut(content []byte, n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		_, _ = w.Write(content[:n])
	}
}

func someZIP(t *testing.T) []byte {
	t.Helper()
	return samples.ZIP(t, zip.Store, samples.File{"calls.json", strings.Repeat("0123456789abcdef", 64<<10)})
}

// urlWorld offers a workbook at a URL as the platform writes it. The base and the
// hosts have the file.
func urlWorld(t *testing.T, base, url string, hosts ...string) *world {
	t.Helper()
	encoded, err := json.Marshal(url)
	require.NoError(t, err)
	content := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(samples.ZIP(t, zip.Store, samples.File{"xl/workbook.xml", ""}))
	}
	w := newWorld(t, map[string]http.HandlerFunc{tokenHost: tokenResponse()})
	for _, host := range hosts {
		w.handlers[host] = content
	}
	w.handlers[base] = func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			content(w, r)
			return
		}
		respondData(`{"download_url":`+string(encoded)+`}`)(w, r)
	}
	return w
}

func writeWorkbookOf(ctx context.Context, client *spark.Client) error {
	return client.Service("f", "s").WriteWorkbook(ctx, anyCallID, io.Discard)
}

func gzipped(t *testing.T, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	_, err := writer.Write(content)
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	return out.Bytes()
}

// gzips compresses what a handler responds with, whatever the request accepts.
func gzips(t *testing.T, content string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(gzipped(t, []byte(content)))
	}
}
