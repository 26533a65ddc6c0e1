package spark

import "os"

// The environment variables that [NewClientFromEnv] reads. The vendor's own
// SDKs read the same ones.
const (
	envBaseURL      = "CSPARK_BASE_URL"
	envClientID     = "CSPARK_CLIENT_ID"
	envClientSecret = "CSPARK_CLIENT_SECRET"
	envOAuthPath    = "CSPARK_OAUTH_PATH"
	envAPIKey       = "CSPARK_API_KEY"
	envBearerToken  = "CSPARK_BEARER_TOKEN"
)

// NewClientFromEnv returns a client for the CSPARK_* environment variables. It uses the
// first credential that is set: client ID and secret, the path of a JSON file with
// these, API key, bearer token. [Client.AuthSource] returns which it was. The base URL
// may be missing if the credential is a bearer token, whose issuer names it.
// NewClientFromEnv returns an [*ArgumentError] that names what is missing.
func NewClientFromEnv(opts ...Option) (*Client, error) {
	auth, source, err := authFromEnv()
	if err != nil {
		return nil, err
	}
	base := os.Getenv(envBaseURL)
	if base == "" && source != envBearerToken {
		return nil, invalid(envBaseURL, "it is not set; set it to the base URL with the tenant, such as https://excel.uat.us.coherent.global/my-tenant")
	}
	client, err := NewClient(base, auth, opts...)
	if err != nil {
		return nil, err
	}
	client.authSource = source
	return client, nil
}

// authFromEnv chooses in the vendor's order.
func authFromEnv() (auth Auth, source string, err error) {
	id, clientSecret, path := os.Getenv(envClientID), os.Getenv(envClientSecret), os.Getenv(envOAuthPath)
	key, token := os.Getenv(envAPIKey), os.Getenv(envBearerToken)
	switch {
	case id != "" && clientSecret != "":
		return ClientCredentials(id, clientSecret), envClientID, nil
	case path != "":
		return ClientCredentialsFile(path), envOAuthPath, nil
	case id != "":
		return Auth{}, "", invalid(envClientSecret, "it is not set, but %s is; set both or neither", envClientID)
	case clientSecret != "":
		return Auth{}, "", invalid(envClientID, "it is not set, but %s is; set both or neither", envClientSecret)
	case key != "":
		return APIKey(key), envAPIKey, nil
	case token != "":
		return BearerToken(token), envBearerToken, nil
	}
	return Auth{}, "", invalid("environment", "no credential is set; set %s and %s, or %s, or %s, or %s", envClientID, envClientSecret, envOAuthPath, envAPIKey, envBearerToken)
}
