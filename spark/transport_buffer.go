package spark

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/sparkgo/spark-go/gen"
)

// defaultMaxResponseSize is the default of [WithMaxResponseSize], in bytes.
const defaultMaxResponseSize = 256 << 20

const errTooLarge = permanentError("the response is larger than allowed")

// buffering reads the complete response, up to a limit, while the request can still be
// repeated. A connection that breaks within a response is then like one that breaks
// before it.
type buffering struct {
	next  gen.HttpRequestDoer
	limit int64
}

func (b buffering) Do(request *http.Request) (*http.Response, error) {
	response, err := b.next.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := readUnder(response.Body, b.limit, response.ContentLength)
	if err != nil {
		return nil, err
	}
	response.Body = &bufferedBody{Reader: bytes.NewReader(body), content: body}
	return response, nil
}

// bufferedBody is a response body in memory, which the facade takes without copying.
type bufferedBody struct {
	*bytes.Reader
	content []byte
}

func (*bufferedBody) Close() error { return nil }

// readUnder reads everything, or fails if that is more than the limit. length is the
// Content-Length, or -1; it saves growing the buffer.
func readUnder(from io.Reader, limit, length int64) ([]byte, error) {
	if length > limit {
		return nil, fmt.Errorf("%w: %d bytes, the limit is %d; raise it with WithMaxResponseSize", errTooLarge, length, limit)
	}
	const trusted = 32 << 20
	var content bytes.Buffer
	content.Grow(int(min(max(length, 0), trusted)) + bytes.MinRead)
	if _, err := content.ReadFrom(io.LimitReader(from, limit+1)); err != nil {
		return nil, err
	}
	if int64(content.Len()) > limit {
		return nil, fmt.Errorf("%w: over %d bytes; raise the limit with WithMaxResponseSize", errTooLarge, limit)
	}
	return content.Bytes(), nil
}

// readBody takes a response body from the request path without copying it.
func readBody(response *http.Response) ([]byte, error) {
	if buffered, ok := response.Body.(*bufferedBody); ok {
		return buffered.content, nil
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}
