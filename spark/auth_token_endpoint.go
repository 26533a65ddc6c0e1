package spark

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/internal/sniff"
	"golang.org/x/oauth2"
)

// tokenEndpoint requests tokens.
type tokenEndpoint struct {
	path      gen.HttpRequestDoer
	plainHTTP bool
}

// tokenResponse is what a token endpoint responds: a token, or why there is none.
type tokenResponse struct {
	AccessToken      string   `json:"access_token"`
	ExpiresIn        lifetime `json:"expires_in"`
	Error            string   `json:"error"`
	ErrorDescription string   `json:"error_description"`
}

// lifetime is how long a token is valid; zero if unknown.
type lifetime time.Duration

// UnmarshalJSON takes seconds in any spelling, as a number or as a string. What it
// can't read isn't an error: the token is then used until it is rejected.
func (l *lifetime) UnmarshalJSON(text []byte) error {
	const longest = math.MaxInt32 // seconds, 68 years
	seconds, _ := strconv.ParseFloat(strings.Trim(string(text), `" `), 64)
	*l = 0
	if seconds > 0 {
		*l = lifetime(min(seconds, longest) * float64(time.Second))
	}
	return nil
}

func (c clientLogin) fetchToken(ctx context.Context, endpoint tokenEndpoint) (*oauth2.Token, error) {
	ctx, state := withOperation(ctx, opToken)
	state.sentCredential = c.secret
	response, body, err := endpoint.post(ctx, c)
	if err != nil {
		return nil, state.noResponse(err)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return nil, state.tokenFailure(response, body)
	}
	decoded, err := decodeToken(body)
	if err != nil {
		return nil, state.failure(response.StatusCode, nil, ErrUnexpectedResponse, err, nil)
	}
	token := &oauth2.Token{AccessToken: decoded.AccessToken}
	if decoded.ExpiresIn > 0 {
		token.Expiry = time.Now().Add(time.Duration(decoded.ExpiresIn))
	}
	return token, nil
}

func (e tokenEndpoint) post(ctx context.Context, c clientLogin) (*http.Response, []byte, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.id}, "client_secret": {c.secret.reveal()}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.tokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, nil, err
	}
	if err := checkEncrypted("token URL", request.URL, e.plainHTTP); err != nil {
		return nil, nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := e.path.Do(request)
	if err != nil {
		return nil, nil, err
	}
	body, err := readBody(response)
	return response, body, err
}

var errNoToken = errors.New("the response contains no token; check the base URL or the token URL")

// decodeToken reads a successful response of the endpoint. Its errors repeat nothing of the
// body, which may contain a token.
func decodeToken(body []byte) (tokenResponse, error) {
	var decoded tokenResponse
	body, err := sniff.WithoutMark(body)
	if err != nil {
		return decoded, fmt.Errorf("%w: %w", errNoToken, err)
	}
	if err := json.Unmarshal(body, &decoded); err != nil || decoded.AccessToken == "" {
		return decoded, errNoToken
	}
	if checkHeaderValue("access token", decoded.AccessToken) != nil {
		return decoded, errors.New("the token in the response contains characters that a header can't carry")
	}
	return decoded, nil
}

// tokenFailure returns the APIError of a rejected token request. The endpoint reports
// a wrong client with 400 or 401.
func (s *operationState) tokenFailure(response *http.Response, body []byte) error {
	status := response.StatusCode
	kind := kindOfStatus(status)
	switch {
	case status == http.StatusBadRequest:
		kind = ErrUnauthorized
	case kind == nil:
		return s.failure(status, nil, ErrUnexpectedResponse, errNoToken, nil)
	}
	var decoded tokenResponse
	body, err := sniff.WithoutMark(body)
	if err != nil || json.Unmarshal(body, &decoded) != nil || decoded.Error == "" {
		return s.failure(status, response.Header, kind, err, body)
	}
	failure := s.failure(status, response.Header, kind, nil, nil)
	failure.Type, failure.Message = s.conceal(decoded.Error), s.conceal(decoded.ErrorDescription)
	return failure
}

// credentialError is a credential that the user's own code couldn't supply.
type credentialError struct {
	err       error
	transient bool
}

func (e *credentialError) Error() string   { return "get the credential: " + e.err.Error() }
func (e *credentialError) Unwrap() error   { return e.err }
func (e *credentialError) Transient() bool { return e.transient }

// sourceFailure returns the error for what a token source or function failed
// with. A refusal of the token endpoint, which oauth2 has a type for, becomes an
// [*APIError]. Of the rest only failures of the network are transient: what a
// vault says is final.
func sourceFailure(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil {
		return (&operationState{operation: opToken, attempts: 1}).tokenFailure(refused.Response, refused.Body)
	}
	var network net.Error
	return &credentialError{err: scrub(err), transient: errors.As(err, &network)}
}
