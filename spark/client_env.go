package spark

import "os"

// The environment variables that [NewClientFromEnv] reads. The vendor's own
// SDKs read the same ones.
const (
	EnvBaseURL      = "CSPARK_BASE_URL"
	EnvClientID     = "CSPARK_CLIENT_ID"
	EnvClientSecret = "CSPARK_CLIENT_SECRET"
	EnvOAuthPath    = "CSPARK_OAUTH_PATH"
	EnvAPIKey       = "CSPARK_API_KEY"
	EnvBearerToken  = "CSPARK_BEARER_TOKEN"
)

// NewClientFromEnv makes a client from the CSPARK_* environment variables: the
// base URL, and the first credential of client ID and secret, the path of a
// JSON file with these, API key, bearer token. [Client.AuthSource] returns which
// it was. The base URL may be missing beside a bearer token, whose issuer names it.
// It returns an [*ArgumentError] that names what is missing.
func NewClientFromEnv(opts ...Option) (*Client, error) {
	auth, source, err := authFromEnv(os.Getenv)
	if err != nil {
		return nil, err
	}
	base := os.Getenv(EnvBaseURL)
	if base == "" && source != EnvBearerToken {
		return nil, invalid(EnvBaseURL, "it is not set; set it to the base URL with the tenant, such as https://excel.uat.us.coherent.global/my-tenant")
	}
	client, err := NewClient(base, auth, opts...)
	if err != nil {
		return nil, err
	}
	client.authSource = source
	return client, nil
}

// authFromEnv chooses in the vendor's order (platform.md, Credentials).
func authFromEnv(getenv func(string) string) (auth Auth, source string, err error) {
	id, clientSecret, path := getenv(EnvClientID), getenv(EnvClientSecret), getenv(EnvOAuthPath)
	switch {
	case id != "" && clientSecret != "":
		return ClientCredentials(id, clientSecret), EnvClientID, nil
	case path != "":
		return ClientCredentialsFile(path), EnvOAuthPath, nil
	case id != "":
		return Auth{}, "", invalid(EnvClientSecret, "it is not set, but %s is; set both or neither", EnvClientID)
	case clientSecret != "":
		return Auth{}, "", invalid(EnvClientID, "it is not set, but %s is; set both or neither", EnvClientSecret)
	}
	if key := getenv(EnvAPIKey); key != "" {
		return SyntheticKey(key), EnvAPIKey, nil
	}
	if token := getenv(EnvBearerToken); token != "" {
		return BearerToken(token), EnvBearerToken, nil
	}
	return Auth{}, "", invalid("environment", "no credential is set; set %s and %s, or %s, or %s, or %s", EnvClientID, EnvClientSecret, EnvOAuthPath, EnvAPIKey, EnvBearerToken)
}
