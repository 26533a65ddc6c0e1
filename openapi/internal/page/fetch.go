package page

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// fetchTimeout bounds the fetch of one page, from the connection to the last byte.
var fetchTimeout = 30 * time.Second

// maxRedirects bounds how many redirects of one page are followed.
const maxRedirects = 5

// isURL reports whether a name is a URL rather than a file.
func isURL(name string) bool { return strings.Contains(name, "://") }

// checkURL makes sure that a page may be fetched from a URL: over https, or
// from this machine, and without anything secret in the URL, which is kept.
func checkURL(address *url.URL) error {
	if address.User != nil || address.RawQuery != "" || address.Fragment != "" {
		return errors.New("give the URL without user, password, query and fragment: it is kept in openapi/pages.yaml")
	}
	return checkScheme(address)
}

func checkScheme(address *url.URL) error {
	host := address.Hostname()
	ip := net.ParseIP(host)
	loopback := host == "localhost" || ip != nil && ip.IsLoopback()
	if host != "" && (address.Scheme == "https" || address.Scheme == "http" && loopback) {
		return nil
	}
	return errors.New("a page is fetched over https, or over http from this machine alone")
}

// fetch reads a page from its URL, but never more than so many bytes.
func fetch(ctx context.Context, name string, limit int64) ([]byte, error) {
	address, err := url.Parse(name)
	if err != nil {
		return nil, errors.New("a URL can't be read: give one such as https://host/page.md")
	}
	shown := (&url.URL{Scheme: address.Scheme, Host: address.Host, Path: address.Path}).String()
	if err := checkURL(address); err != nil {
		return nil, fmt.Errorf("%s: %w", shown, err)
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	content, err := get(ctx, name, limit)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = fmt.Errorf("no complete response within %s; try again later", fetchTimeout)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shown, err)
	}
	return content, nil
}

func get(ctx context.Context, name string, limit int64) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, name, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "text/markdown, application/json, application/yaml, text/plain")
	response, err := (&http.Client{CheckRedirect: checkRedirect}).Do(request)
	if err != nil {
		var failure *url.Error
		if errors.As(err, &failure) { // it repeats the URL
			err = failure.Err
		}
		return nil, fmt.Errorf("the page can't be fetched: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusInternalServerError {
		return nil, fmt.Errorf("the server responds %s: try again later", response.Status)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server responds %s: check the URL in a browser", response.Status)
	}
	content, err := readAll(response.Body, limit)
	if err != nil {
		return nil, err
	}
	if isHTML(response.Header.Get("Content-Type"), content) {
		return nil, errors.New("the response is an HTML page: give the URL of the page as Markdown, which often is the same URL with .md at its end")
	}
	return content, nil
}

func checkRedirect(request *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fmt.Errorf("more than %d redirects", maxRedirects)
	}
	return checkScheme(request.URL)
}

func isHTML(contentType string, content []byte) bool {
	kind, _, _ := mime.ParseMediaType(contentType) // a type that can't be read is none of HTML
	start := strings.ToLower(string(content[:min(len(content), 512)]))
	start = strings.TrimLeft(start, "\ufeff \t\r\n")
	return kind == "text/html" || strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html")
}
