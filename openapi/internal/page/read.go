package page

import (
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

// endings are the files of a folder that are read.
var endings = []string{".md", ".markdown", ".json", ".yaml", ".yml"}

// Read reads files and folders. Of a folder it reads everything below it that
// has one of the endings md, markdown, json, yaml and yml, and passes over
// files without an OpenAPI document, as long as one has some.
func Read(names []string) ([]*Page, error) {
	r := reader{left: MaxSize}
	for _, name := range names {
		info, err := os.Stat(name)
		switch {
		case err != nil:
			return nil, fmt.Errorf("read page: %w", err)
		case info.IsDir():
			err = r.folder(name)
		default:
			err = r.file(name)
		}
		if err != nil {
			return nil, err
		}
	}
	return r.pages, distinguish(r.pages)
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
	left  int64 // bytes that may still be read
	pages []*Page
}

func (r *reader) folder(folder string) error {
	before := len(r.pages)
	var passed []string
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("read folder: %w", err)
		}
		if entry.Name()[0] == '.' && name != folder {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if entry.IsDir() || !slices.Contains(endings, strings.ToLower(filepath.Ext(name))) {
			return nil
		}
		if err := r.file(name); errors.Is(err, errNone) {
			passed = append(passed, name+": passed over: it holds no OpenAPI document")
		} else if err != nil {
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(r.pages) == before {
		return fmt.Errorf("%s: the folder holds no OpenAPI document, neither bare nor in a Markdown page", folder)
	}
	r.pages[before].Notes = append(passed, r.pages[before].Notes...)
	return nil
}

func (r *reader) file(name string) error {
	content, err := r.content(name)
	if err != nil {
		return err
	}
	parsed, err := Parse(name, content)
	if err != nil {
		return err
	}
	r.pages = append(r.pages, parsed)
	return nil
}

// content reads a file, but never more than is left of MaxSize.
func (r *reader) content(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read page: %w", err)
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Size() > r.left {
		return nil, fmt.Errorf("%s: %d bytes are too much: an import reads at most %d MiB in all", name, info.Size(), MaxSize>>20)
	}
	content, err := io.ReadAll(io.LimitReader(file, r.left+1))
	if err != nil {
		return nil, fmt.Errorf("read page: %w", err)
	}
	if int64(len(content)) > r.left {
		return nil, fmt.Errorf("%s: the file is too large: an import reads at most %d MiB in all", name, MaxSize>>20)
	}
	r.left -= int64(len(content))
	return content, nil
}
