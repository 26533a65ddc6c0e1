package spark

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/sparkgo/spark-go/gen"
)

// boundAuth is a credential used on a bare generated client. The first request
// decides which tenant it belongs to.
type boundAuth struct {
	auth Auth

	mu         sync.Mutex
	base       baseURL
	credential credential
	tokens     tokenEndpoint
}

func (b *boundAuth) edit(ctx context.Context, request *http.Request) error {
	credential, tokens, err := b.bindTo(request)
	if err != nil {
		return err
	}
	_, err = credential.apply(ctx, tokens, request)
	return err
}

func (b *boundAuth) bindTo(request *http.Request) (credential, tokenEndpoint, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.auth.err != nil {
		return nil, b.tokens, b.auth.err
	}
	if b.auth.bind == nil {
		return nil, b.tokens, invalid("credential", "it is missing")
	}
	base, err := baseOfRequest(request.URL)
	if err != nil {
		return nil, b.tokens, err
	}
	first := b.credential == nil
	if !(credentialHosts{base: base}).allows(request.URL) || !first && base != b.base {
		return nil, b.tokens, fmt.Errorf("%s not sent to %s: it is not the tenant that the credential was first used for, or the connection isn't encrypted", b.auth, request.URL.Host)
	}
	if first {
		settings := defaultSettings()
		settings.httpClient = defaultHTTPClient()
		b.base, b.credential, b.tokens = base, b.auth.bind(base), settings.tokenEndpoint()
	}
	return b.credential, b.tokens, nil
}

// Editor returns a function that adds the credential to the requests of a generated
// client that isn't part of a [Client]. It returns an error for a request over plain
// http, unless to this machine, and for any tenant but the first one it was used for.
//
// Give the generated client an http.Client that doesn't follow redirects: net/http
// sends the header x-synthetic-key to any host that a redirect leads to.
func (a Auth) Editor() gen.RequestEditorFn {
	bound := boundAuth{auth: a}
	return bound.edit
}

func baseOfRequest(target *url.URL) (baseURL, error) {
	segment, _, _ := strings.Cut(strings.TrimPrefix(target.EscapedPath(), "/"), "/")
	return parseBaseURL(target.Scheme + "://" + target.Host + "/" + segment)
}
