package page

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// maxSize bounds how much an import reads, in bytes, over all its files.
const maxSize = 32 << 20

// extensions are those of the files of a directory that are read.
var extensions = []string{".md", ".markdown", ".json", ".yaml", ".yml"}

// Read reads files, directories and URLs. Of a directory it reads every file below
// it with one of the extensions md, markdown, json, yaml and yml, and passes over
// files without an operation, as long as one has some. The error joins everything
// that is wrong with any page; the good pages are returned beside it.
func Read(ctx context.Context, names []string) ([]*Page, error) {
	r := reader{remaining: maxSize}
	var faults []error
	for _, name := range names {
		if strings.Contains(name, "://") {
			faults = append(faults, r.url(ctx, name))
			continue
		}
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			err = fmt.Errorf("%s: no such file", name)
		case err == nil && info.IsDir():
			err = r.directory(name)
		case err == nil:
			err = r.file(name)
		}
		faults = append(faults, err)
	}
	faults = append(faults, distinguish(r.pages))
	return r.pages, errors.Join(faults...)
}

// distinguish makes the titles of pages differ that are read together.
func distinguish(pages []*Page) error {
	same := map[string]int{}
	for _, page := range pages {
		same[page.Title]++
	}
	taken := map[string]string{}
	for _, page := range pages {
		if same[page.Title] > 1 {
			page.Title = fmt.Sprintf("%s (%s)", page.Title, filepath.Base(page.File))
		}
		if other, exists := taken[page.Title]; exists {
			return fmt.Errorf("%s and %s have the same title and name, so a newer version of either can't be recognized: rename one", other, page.File)
		}
		taken[page.Title] = page.File
	}
	return nil
}

type reader struct {
	remaining int64 // bytes that may still be read
	pages     []*Page
}

func (r *reader) directory(dir string) error {
	before := len(r.pages)
	var notes []string
	var faults []error
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		hidden := entry != nil && entry.Name()[0] == '.' && name != dir
		switch {
		case err != nil:
			return fmt.Errorf("read directory: %w", err)
		case hidden && entry.IsDir():
			return filepath.SkipDir
		case hidden || entry.IsDir() || !slices.Contains(extensions, strings.ToLower(filepath.Ext(name))):
			return nil
		}
		if err := r.file(name); errors.Is(err, errNone) {
			notes = append(notes, name+": passed over: it has no operation")
		} else {
			faults = append(faults, err)
		}
		return nil
	})
	if err := errors.Join(append(faults, err)...); err != nil {
		return err
	}
	if len(r.pages) == before {
		return fmt.Errorf("%s: the directory has no OpenAPI document with an operation, neither bare nor in a Markdown page", dir)
	}
	r.pages[before].Notes = append(notes, r.pages[before].Notes...)
	return nil
}

func (r *reader) file(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("read page: %w", err)
	}
	defer file.Close()
	content, err := readAll(file, r.remaining)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return r.add(name, "", content)
}

func (r *reader) add(name, url string, content []byte) error {
	r.remaining -= int64(len(content))
	parsed, err := Parse(name, content)
	if err != nil {
		return err
	}
	parsed.URL = url
	r.pages = append(r.pages, parsed)
	return nil
}

// readAll reads a page of at most so many bytes.
func readAll(source io.Reader, maxBytes int64) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(source, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("the page broke off: %w; try again", err)
	}
	if int64(len(content)) > maxBytes {
		return nil, fmt.Errorf("the page is too large: an import reads at most %d MiB in all", maxSize>>20)
	}
	return content, nil
}

// fetchTimeout bounds the fetch of one page, from the connection to the last byte.
var fetchTimeout = 30 * time.Second

// maxRedirects bounds how many redirects of one page are followed.
const maxRedirects = 5

// url reads a page from its URL, which is written to openapi/pages.yaml and so
// must not have anything secret in it.
func (r *reader) url(ctx context.Context, name string) error {
	pageURL, err := url.Parse(name)
	if err != nil {
		return errors.New("a URL can't be read: give one such as https://host/page.md")
	}
	shown := (&url.URL{Scheme: pageURL.Scheme, Host: pageURL.Host, Path: pageURL.Path}).String()
	if pageURL.User != nil || pageURL.RawQuery != "" || pageURL.Fragment != "" {
		return fmt.Errorf("%s: give the URL without user, password, query and fragment: it is written to openapi/pages.yaml", shown)
	}
	if err := checkScheme(pageURL); err != nil {
		return fmt.Errorf("%s: %w", shown, err)
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	content, err := get(ctx, name, r.remaining)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = fmt.Errorf("no complete response within %s; try again later", fetchTimeout)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", shown, err)
	}
	return r.add(name, name, content)
}

func checkScheme(pageURL *url.URL) error {
	host := pageURL.Hostname()
	ip := net.ParseIP(host)
	loopback := host == "localhost" || ip != nil && ip.IsLoopback()
	if host != "" && (pageURL.Scheme == "https" || pageURL.Scheme == "http" && loopback) {
		return nil
	}
	return errors.New("a page is fetched over https, or over http from this machine alone")
}

func get(ctx context.Context, name string, maxBytes int64) ([]byte, error) {
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
	content, err := readAll(response.Body, maxBytes)
	if err == nil && isHTML(response.Header.Get("Content-Type"), content) {
		err = errors.New("the response is an HTML page: give the URL of the page as Markdown, which often is the same URL with .md at its end")
	}
	return content, err
}

func checkRedirect(request *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fmt.Errorf("more than %d redirects", maxRedirects)
	}
	return checkScheme(request.URL)
}

func isHTML(contentType string, content []byte) bool {
	kind, _, _ := mime.ParseMediaType(contentType) // an unreadable type isn't HTML's
	start := strings.ToLower(string(content[:min(len(content), 512)]))
	start = strings.TrimLeft(start, "\ufeff \t\r\n")
	return kind == "text/html" || strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html")
}
