package spark_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

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
	if announced := response.ContentLength; announced > int64(recorder.Body.Len()) {
		// A connection that ends too soon is not the end of the file to net/http.
		response.Body = io.NopCloser(io.MultiReader(response.Body, breaksOff{}))
	}
	return response, nil
}

type breaksOff struct{}

func (breaksOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

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

// everything is all that a request carries, for a search.
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

// file is a file to put into an archive; a name that ends in a slash is a folder.
type file struct{ name, text string }

// packed makes a ZIP archive, packed by the given method.
func packed(t testing.TB, method uint16, files ...file) []byte {
	t.Helper()
	var data bytes.Buffer
	writer := zip.NewWriter(&data)
	for _, f := range files {
		entry, err := writer.CreateHeader(&zip.FileHeader{Name: f.name, Method: method})
		require.NoError(t, err)
		_, err = io.WriteString(entry, f.text)
		require.NoError(t, err)
	}
	require.NoError(t, writer.Close())
	return data.Bytes()
}
