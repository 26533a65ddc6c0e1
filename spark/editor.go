package spark

import (
	"context"
	"fmt"
	"net/http"
	"sync"
)

// boundAuth is a credential used on a bare generated client. The first request
// tells where it belongs.
type boundAuth struct {
	auth Auth

	mu         sync.Mutex
	scope      scope
	credential credential
}

func (b *boundAuth) edit(ctx context.Context, request *http.Request) error {
	held, err := b.bindTo(request)
	if err != nil {
		return err
	}
	return held.apply(ctx, request)
}

func (b *boundAuth) bindTo(request *http.Request) (credential, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.auth.err != nil {
		return nil, b.auth.err
	}
	if b.auth.bind == nil {
		return nil, errNoCredential
	}
	where := b.scope
	if b.credential == nil {
		base, err := baseOfRequest(request.URL)
		if err != nil {
			return nil, err
		}
		where = scope{base: base}
	}
	if !where.allows(request.URL) {
		return nil, fmt.Errorf("%s not sent to %s: it is not the host that the credential was first used for, or the connection isn't encrypted", b.auth, request.URL.Host)
	}
	if b.credential == nil {
		s := defaultSettings()
		b.scope, b.credential = where, b.auth.bind(where.base, newTokenFetcher(s.tokenClient()))
	}
	return b.credential, nil
}
