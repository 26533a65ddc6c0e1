package sparktest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	zipType  = "application/zip"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// A hostedFile is a file on the file host. Its content is made when it is requested.
type hostedFile struct {
	id       string // "job/…" or "workbook/…"
	name     string
	kind     string // media type
	modified time.Time
	contents func() []zipped
}

// A fileContent is what a file contains in one revision.
type fileContent struct {
	data []byte
	etag string
}

// files are those of the file host.
type files struct {
	lifetime time.Duration

	mu       sync.Mutex
	byID     map[string]*hostedFile
	issued   int                    // URLs
	revision int                    // of all files
	cache    map[string]fileContent // by ID and revision
}

// maxContents is how many contents are cached. Others are made again, and are
// the same.
const maxContents = 32

// add returns the file with the ID of f, which is f if there is none yet.
func (s *files) add(f *hostedFile) *hostedFile {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.byID[f.id]; known != nil {
		return known
	}
	s.byID[f.id] = f
	return f
}

// change makes all files again.
func (s *files) change() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revision++
}

// load returns what a file contains, and the revision of that.
func (s *files) load(f *hostedFile) (fileContent, int) {
	s.mu.Lock()
	revision := s.revision
	key := fmt.Sprint(f.id, " ", revision)
	found, ok := s.cache[key]
	s.mu.Unlock()
	if ok {
		return found, revision
	}
	data := makeZIP(f.contents(), f.modified, revision)
	sum := sha256.Sum256(data)
	found = fileContent{data, `"` + hex.EncodeToString(sum[:16]) + `"`}
	s.mu.Lock()
	defer s.mu.Unlock()
	for other := range s.cache {
		if len(s.cache) < maxContents {
			break
		}
		delete(s.cache, other)
	}
	s.cache[key] = found
	return found, revision
}

const filePathPrefix = "/docstore/api/v1/documents/versions/tokens/"

// path returns a new path to a file. The token in it contains which file it is
// and how long the path is valid.
func (s *files) path(f *hostedFile) string {
	s.mu.Lock()
	s.issued++
	grant := fmt.Sprintf("%s|%d|%d", f.id, time.Now().Add(s.lifetime).UnixNano(), s.issued)
	s.mu.Unlock()
	token := base64.RawURLEncoding.EncodeToString([]byte(grant))
	return filePathPrefix + token + "/file" + f.name[strings.LastIndex(f.name, "."):]
}

// open returns the file that a path leads to.
func (s *files) open(path string) (*hostedFile, *apiError) {
	token, _, _ := strings.Cut(strings.TrimPrefix(path, filePathPrefix), "/")
	grant, err := base64.RawURLEncoding.DecodeString(token)
	parts := strings.Split(string(grant), "|")
	if err != nil || len(parts) != 3 {
		return nil, errNoFile
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	expires, err := strconv.ParseInt(parts[1], 10, 64)
	f := s.byID[parts[0]]
	switch {
	case f == nil, err != nil:
		return nil, errNoFile
	case time.Now().UnixNano() >= expires:
		return nil, errExpiredURL
	}
	return f, nil
}

// serveFile responds with a file, with ranges and preconditions.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		fail(w, errMethod)
		return
	}
	f, failure := s.files.open(r.URL.Path)
	if failure == nil && s.config.credentialFiles {
		failure = s.authorize(r, s.Tenant, permissionRecord)
	}
	if failure != nil {
		fail(w, failure)
		return
	}
	found, revision := s.files.load(f)
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.name}))
	w.Header().Set("ETag", found.etag)
	modified := f.modified.Add(time.Duration(revision) * time.Second)
	http.ServeContent(w, r, f.name, modified, bytes.NewReader(found.data))
}
