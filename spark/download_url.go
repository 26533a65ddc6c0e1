package spark

import (
	"fmt"
	"net/url"
	"strings"
)

// fileURL returns the download_url of a response, or an empty secret. A relative URL is
// resolved against that of the response.
func (s *operationState) fileURL(raw *string) secret {
	trimmed := strings.TrimSpace(deref(raw))
	if trimmed == "" {
		return secret{}
	}
	if resolved, err := s.url.Parse(trimmed); err == nil {
		trimmed = resolved.String()
	}
	return newSecret(trimmed) // checkFileURL reports one that can't be parsed
}

// errUnusableURL means that another attempt can't help either.
const errUnusableURL = permanentError("the download URL from the platform can't be used")

// checkFileURL returns an error for a URL that no file can be fetched from. The error
// contains nothing of the URL but its scheme and host.
func (c *Client) checkFileURL(raw secret) error {
	parsed, err := url.Parse(raw.reveal())
	var problem string
	switch {
	case err != nil:
		problem = "it is malformed"
	case parsed.Scheme != "https" && parsed.Scheme != "http":
		problem = fmt.Sprintf("its scheme is %q instead of https", parsed.Scheme)
	case parsed.Hostname() == "":
		problem = "it has no host"
	case !isEncrypted(parsed, c.settings.plainHTTP):
		problem = fmt.Sprintf("the connection to %s wouldn't be encrypted; WithPlainHTTP permits it", parsed.Host)
	default:
		return nil
	}
	return (&operationState{operation: opFile}).unexpected("%w: %s", errUnusableURL, problem)
}
