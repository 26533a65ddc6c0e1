package spark

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

// decompressing decodes a response that comes compressed by gzip although the
// request didn't ask for it. It marks the response as net/http marks those that it
// decodes itself.
type decompressing struct{ next http.RoundTripper }

func (d decompressing) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := d.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if response.Request == nil {
		response.Request = request // a transport that isn't net/http's may leave it out
	}
	switch strings.ToLower(response.Header.Get("Content-Encoding")) {
	case "gzip", "x-gzip":
		response.Body = &gzipBody{ReadCloser: response.Body}
		response.Uncompressed, response.ContentLength = true, -1
		response.Header.Del("Content-Encoding")
		response.Header.Del("Content-Length")
	}
	return response, nil
}

// gzipBody decodes a body. Its end is an error unless the checksum of the content
// matches.
type gzipBody struct {
	io.ReadCloser
	decoder *gzip.Reader
}

func (b *gzipBody) Read(p []byte) (int, error) {
	if b.decoder == nil {
		decoder, err := gzip.NewReader(b.ReadCloser)
		if err != nil {
			return 0, err // io.EOF if the body is empty
		}
		b.decoder = decoder
	}
	return b.decoder.Read(p)
}
