package spark

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/sparkgo/spark-go/gen"
)

// DefaultMaxAnswer is how large a JSON answer may be, in bytes.
const DefaultMaxAnswer = 256 << 20

const errTooLarge = permanentError("the response is larger than allowed")

// buffering reads answers whole, under a limit, while they can still be asked
// for again: a connection that breaks in the middle of one is then no different
// from one that breaks before it.
type buffering struct {
	next gen.HttpRequestDoer
	most int64
}

func (b buffering) Do(request *http.Request) (*http.Response, error) {
	response, err := b.next.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := readUnder(response.Body, b.most, response.ContentLength)
	if err != nil {
		return nil, err
	}
	response.Body = &bufferedBody{Reader: bytes.NewReader(body), content: body}
	return response, nil
}

// bufferedBody is an answer in memory, which the facade takes without copying.
type bufferedBody struct {
	*bytes.Reader
	content []byte
}

func (*bufferedBody) Close() error { return nil }

// readUnder reads all, or fails where there is more than the limit. The length
// announced spares growing the buffer.
func readUnder(from io.Reader, most, announced int64) ([]byte, error) {
	if announced > most {
		return nil, fmt.Errorf("%w: %d bytes, the limit is %d; raise it with WithMaxAnswer", errTooLarge, announced, most)
	}
	const trusted = 32 << 20
	var content bytes.Buffer
	content.Grow(int(min(max(announced, 0), trusted)) + bytes.MinRead)
	if _, err := content.ReadFrom(io.LimitReader(from, most+1)); err != nil {
		return nil, err
	}
	if int64(content.Len()) > most {
		return nil, fmt.Errorf("%w: over %d bytes; raise the limit with WithMaxAnswer", errTooLarge, most)
	}
	return content.Bytes(), nil
}
