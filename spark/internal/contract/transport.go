package contract

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// Transport passes requests to base and checks those to v's host, and their
// answers. It reports each violation and passes the request or the answer on
// unchanged. Requests to other hosts, such as the file host, and to a token
// endpoint on the same host aren't part of the contract and pass unchecked.
//
// An answer is read to its end before it is given back, so tests of broken or
// endless bodies, and benchmarks, are better off without it.
func Transport(v *Validator, base http.RoundTripper, report func(error)) http.RoundTripper {
	return &transport{validator: v, base: base, report: report}
}

type transport struct {
	validator *Validator
	base      http.RoundTripper
	report    func(error)
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if !t.validator.covers(req) {
		return t.base.RoundTrip(req)
	}
	// A RoundTripper may not change the request, and checking replaces the body.
	checked := req.Clone(req.Context())
	if err := t.validator.Request(checked); err != nil {
		t.report(err)
	}
	resp, err := t.base.RoundTrip(checked)
	if err != nil {
		return nil, err
	}
	body, readErr := readAll(resp.Body)
	resp.Body = replay(body, readErr)
	if readErr != nil {
		return resp, nil
	}
	if err := t.validator.Response(checked, resp.StatusCode, resp.Header, body); err != nil {
		t.report(err)
	}
	return resp, nil
}

// covers says whether a request goes to the API.
func (v *Validator) covers(req *http.Request) bool {
	if v.host != "" && !strings.EqualFold(req.URL.Host, v.host) {
		return false
	}
	path := req.URL.EscapedPath()
	return !strings.HasPrefix(path, "/auth/realms/") || !strings.HasSuffix(path, "/protocol/openid-connect/token")
}

// replay is a body that holds data and then fails with err, or ends.
func replay(data []byte, err error) io.ReadCloser {
	if err == nil {
		err = io.EOF
	}
	return io.NopCloser(io.MultiReader(bytes.NewReader(data), failure{err}))
}

type failure struct{ err error }

func (f failure) Read([]byte) (int, error) { return 0, f.err }
