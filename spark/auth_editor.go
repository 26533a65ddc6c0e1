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

// boundAuth is a credential used on a bare generated client.
type boundAuth struct {
	auth Auth

	bind       sync.Once
	base       baseURL // of the first request, to which the credential is bound
	credential credential
	tokens     tokenEndpoint
}

func (b *boundAuth) edit(ctx context.Context, request *http.Request) error {
	if err := b.auth.check(); err != nil {
		return err
	}
	base, err := baseOfRequest(request.URL)
	if err != nil {
		return err
	}
	if !isEncrypted(request.URL, false) {
		return fmt.Errorf("%s not sent to %s: the connection isn't encrypted", b.auth, request.URL.Host)
	}
	b.bind.Do(func() {
		settings := defaultSettings()
		settings.httpClient = defaultHTTPClient()
		b.base, b.credential, b.tokens = base, b.auth.bind(base), settings.tokenEndpoint()
	})
	if base != b.base {
		return fmt.Errorf("%s not sent to %s: it is not the tenant that the credential was first used for", b.auth, request.URL.Host)
	}
	_, err = b.credential.apply(ctx, b.tokens, request)
	return err
}

func baseOfRequest(target *url.URL) (baseURL, error) {
	segment, _, _ := strings.Cut(strings.TrimPrefix(target.EscapedPath(), "/"), "/")
	return parseBaseURL(target.Scheme + "://" + target.Host + "/" + segment)
}
