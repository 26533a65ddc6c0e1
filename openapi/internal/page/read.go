package page

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// MaxSize bounds how much an import reads, in bytes, over all its files.
const MaxSize = 32 << 20

// endings are the files of a directory that are read.
var endings = []string{".md", ".markdown", ".json", ".yaml", ".yml"}

// Read reads files, directories and URLs. Of a directory it reads everything below it
// that has one of the endings md, markdown, json, yaml and yml, and passes over
// files without an operation, as long as one has some. The error joins all
// that is wrong with any page; the sound ones are returned beside it.
func Read(ctx context.Context, names []string) ([]*Page, error) {
	r := reader{ctx: ctx, left: MaxSize}
	var faults []error
	for _, name := range names {
		if isURL(name) {
			faults = append(faults, r.url(name))
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
	same := map[string][]*Page{}
	for _, page := range pages {
		same[page.Title] = append(same[page.Title], page)
	}
	taken := map[string]string{}
	for _, page := range pages {
		if len(same[page.Title]) > 1 {
			page.Title = fmt.Sprintf("%s (%s)", page.Title, filepath.Base(page.File))
		}
		if other, exists := taken[page.Title]; exists {
			return fmt.Errorf("%s and %s can't be told apart when one of them comes again: rename one", other, page.File)
		}
		taken[page.Title] = page.File
	}
	return nil
}

type reader struct {
	ctx   context.Context
	left  int64 // bytes that may still be read
	pages []*Page
}

func (r *reader) directory(dir string) error {
	before := len(r.pages)
	var passed []string
	var faults []error
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("read directory: %w", err)
		}
		if entry.Name()[0] == '.' && name != dir {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if entry.IsDir() || !slices.Contains(endings, strings.ToLower(filepath.Ext(name))) {
			return nil
		}
		if err := r.file(name); errors.Is(err, errNone) {
			passed = append(passed, name+": passed over: it holds no operation")
		} else {
			faults = append(faults, err)
		}
		return nil
	})
	if err := errors.Join(append(faults, err)...); err != nil {
		return err
	}
	if len(r.pages) == before {
		return fmt.Errorf("%s: the directory holds no OpenAPI document with an operation, neither bare nor in a Markdown page", dir)
	}
	r.pages[before].Notes = append(passed, r.pages[before].Notes...)
	return nil
}

func (r *reader) file(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("read page: %w", err)
	}
	defer file.Close()
	content, err := readAll(file, r.left)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return r.add(name, "", content)
}

func (r *reader) url(name string) error {
	content, err := fetch(r.ctx, name, r.left)
	if err != nil {
		return err
	}
	return r.add(name, name, content)
}

func (r *reader) add(name, url string, content []byte) error {
	r.left -= int64(len(content))
	parsed, err := Parse(name, content)
	if err != nil {
		return err
	}
	parsed.URL = url
	r.pages = append(r.pages, parsed)
	return nil
}

// readAll reads a page, but never more than so many bytes.
func readAll(source io.Reader, limit int64) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(source, limit+1))
	if err != nil {
		return nil, fmt.Errorf("the page broke off: %w; try again", err)
	}
	if int64(len(content)) > limit {
		return nil, fmt.Errorf("the page is too large: an import reads at most %d MiB in all", MaxSize>>20)
	}
	return content, nil
}
