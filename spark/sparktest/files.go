package sparktest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A file waits on the file host. Its content is made when it is first asked for.
type file struct {
	id       string // "job/…" or "workbook/…"
	name     string
	kind     string // media type
	modified time.Time
	make     func() ([]byte, error) // a ZIP

	mu       sync.Mutex
	revision int // of the content
	content  []byte
	etag     string
}

// forget frees the file's content. It is the same when it is made again.
func (f *file) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.content = nil
}

// load gives the file's content of a revision.
func (f *file) load(revision int) (content []byte, etag string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.content != nil && f.revision == revision {
		return f.content, f.etag, nil
	}
	content, err = f.make()
	if err == nil && revision > 0 {
		content, err = repack(content, revision)
	}
	if err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(content)
	f.revision, f.content, f.etag = revision, content, `"`+hex.EncodeToString(sum[:16])+`"`
	return f.content, f.etag, nil
}

const (
	zipType  = "application/zip"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// files is what the file host holds, and the keys to it.
type files struct {
	lifetime time.Duration
	mu       sync.Mutex
	byID     map[string]*file
	issued   int // tokens
	revision int // of all files' content
	recent   []*file
}

// maxContents is how many files' contents are kept in memory.
const maxContents = 32

// use notes that a file was asked for, and frees one that wasn't for long.
func (s *files) use(f *file) {
	s.mu.Lock()
	s.recent = slices.DeleteFunc(s.recent, func(other *file) bool { return other == f })
	s.recent = append(s.recent, f)
	var old *file
	if len(s.recent) > maxContents {
		old, s.recent = s.recent[0], s.recent[1:]
	}
	s.mu.Unlock()
	if old != nil {
		old.forget()
	}
}

// add gives the file of that ID, and keeps f if there is none yet.
func (s *files) add(f *file) *file {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.byID[f.id]; known != nil {
		return known
	}
	s.byID[f.id] = f
	return f
}

// change makes all files anew.
func (s *files) change() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revision++
}

func (s *files) currentRevision() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.revision
}

func (s *files) find(id string) *file {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byID[id]
}

const (
	filePathPrefix = "/docstore/api/v1/documents/versions/tokens/"
	fileSalt       = "salt of the emulator's download tokens"
)

// path makes a new path to a file. The token in it says which file and until
// when, so that the server needs to remember no token.
func (s *files) path(f *file) string {
	s.mu.Lock()
	s.issued++
	number := s.issued
	s.mu.Unlock()
	grant := fmt.Sprintf("%s|%d|%d", f.id, time.Now().Add(s.lifetime).UnixNano(), number)
	token := base64.RawURLEncoding.EncodeToString([]byte(sign(grant) + grant))
	return filePathPrefix + token + "/file" + f.name[strings.LastIndex(f.name, "."):]
}

const signatureLength = 16

func sign(grant string) string {
	sum := sha256.Sum256([]byte(fileSalt + grant))
	return string(sum[:signatureLength])
}

// open finds the file that a path leads to.
func (s *files) open(path string) (*file, *apiError) {
	rest, ok := strings.CutPrefix(path, filePathPrefix)
	token, _, _ := strings.Cut(rest, "/")
	decoded, err := base64.RawURLEncoding.DecodeString(token)
	if !ok || err != nil || len(decoded) < signatureLength {
		return nil, errNoFile
	}
	signature, grant := string(decoded[:signatureLength]), string(decoded[signatureLength:])
	parts := strings.Split(grant, "|")
	if signature != sign(grant) || len(parts) != 3 {
		return nil, errNoFile
	}
	expires, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return nil, errNoFile
	}
	if time.Now().UnixNano() >= expires {
		return nil, errExpiredURL
	}
	f := s.find(parts[0])
	if f == nil {
		return nil, errNoFile
	}
	return f, nil
}

// serveFile gives a file away, with ranges and preconditions.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		fail(w, errMethod)
		return
	}
	f, failure := s.files.open(r.URL.Path)
	if failure == nil && s.config.credentialFiles {
		failure = s.credentials.check(r, s.Tenant, permissionRecord)
	}
	if failure != nil {
		fail(w, failure)
		return
	}
	s.files.use(f)
	revision := s.files.currentRevision()
	content, etag, err := f.load(revision)
	if err != nil {
		fail(w, errInternal.details(err.Error()))
		return
	}
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.name}))
	w.Header().Set("ETag", etag)
	modified := f.modified.Add(time.Duration(revision) * time.Second)
	http.ServeContent(w, r, f.name, modified, bytes.NewReader(content))
}
