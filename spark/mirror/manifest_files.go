package mirror

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/partfile"
)

const (
	lockName         = "mirror.lock"
	zipDirectory     = "zip"
	parquetDirectory = "parquet"
	// Programs that read a directory of Parquet files ignore names with an underscore.
	schemaName = "_schema.json"
)

// archivePattern matches the archives of this package. leftoverPattern matches all that
// it writes into its directories, with what is left of a download or a write if the
// process is killed.
var (
	archivePattern  = regexp.MustCompile(`^\d{4}-\d\d-\d\d\.\d+(\.rest)?\.zip$`)
	leftoverPattern = regexp.MustCompile(`^\d{4}-\d\d-\d\d\.\d+(\.rest)?\.zip(\.part|\.part\.json)?$|^\d{4}-\d\d-\d\d\.parquet$|^_.*\.tmp$`)
)

// archiveName returns the name of the last export's archive. Each export has another
// one, so that a new archive never replaces one that the manifest names.
func (w *windowState) archiveName() string { return fmt.Sprintf("%s.%d.zip", w.From, w.Exports) }

func (w *windowState) extraName() string { return fmt.Sprintf("%s.%d.rest.zip", w.From, w.Exports) }

func (w *windowState) tableName() string { return w.From.String() + ".parquet" }

func zipPath(dir, name string) string { return filepath.Join(dir, zipDirectory, name) }

func tablePath(dir, name string) string { return filepath.Join(dir, parquetDirectory, name) }

// tempPath returns the name of a file until it is complete.
func tempPath(path string) string {
	parent, name := filepath.Split(path)
	return parent + "_" + name + ".tmp"
}

// fileState describes a file of a window, as it was when it was written.
type fileState struct {
	Name     string    `json:"name"`
	Size     int64     `json:"size"`
	SHA256   string    `json:"sha256"`
	Modified time.Time `json:"modified"`
}

// all returns the files of the window by their paths, the Parquet file included.
func (w *windowState) all(dir string) iter.Seq2[string, *fileState] {
	return func(yield func(string, *fileState) bool) {
		for _, f := range w.Stored.files() {
			if !yield(zipPath(dir, f.Name), f) {
				return
			}
		}
		if w.Table != nil {
			yield(tablePath(dir, w.tableName()), w.Table)
		}
	}
}

// describe returns a file as it is now.
func describe(ctx context.Context, path string) (fileState, error) {
	opened, err := os.Open(path)
	if err != nil {
		return fileState{}, err
	}
	defer opened.Close()
	info, err := opened.Stat()
	if err != nil {
		return fileState{}, err
	}
	sum := sha256.New()
	size, err := io.Copy(sum, contextReader{ctx, opened})
	if err != nil {
		return fileState{}, err
	}
	return fileState{Name: filepath.Base(path), Size: size, SHA256: hex.EncodeToString(sum.Sum(nil)), Modified: info.ModTime()}, nil
}

// contextReader reads until the context ends.
type contextReader struct {
	ctx context.Context
	io.Reader
}

func (r contextReader) Read(data []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.Reader.Read(data)
}

func (f *fileState) sameContent(other fileState) bool {
	return f.Size == other.Size && f.SHA256 == other.SHA256
}

// check returns a file as it is now, and whether its content is intact. The content is
// read only if the modification time has changed, or if verify is set.
func (f *fileState) check(ctx context.Context, path string, verify bool) (now fileState, intact bool, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return *f, false, nil
	case err != nil:
		return *f, false, err
	case info.Size() != f.Size:
		return *f, false, nil
	case !verify && info.ModTime().Equal(f.Modified):
		return *f, true, nil
	}
	now, err = describe(ctx, path)
	return now, err == nil && f.sameContent(now), err
}

// findDamage makes a window due if one of its archives is missing or damaged. If it is
// the Parquet file, that is written again.
func (r *run) findDamage(ctx context.Context) error {
	for i := range r.manifest.Windows {
		w := &r.manifest.Windows[i]
		for path, f := range w.all(r.dir) {
			now, intact, err := f.check(ctx, path, r.options.Verify)
			switch {
			case err != nil:
				return w.failed(err)
			case intact:
				*f = now
				continue
			case f == w.Table:
				w.Table = nil
			default:
				w.Stored.AsOf = time.Time{}
			}
			r.damaged++
		}
	}
	return nil
}

// removeLeftovers removes what earlier runs left and the manifest doesn't name.
func (m *manifest) removeLeftovers(dir string) error {
	inUse := map[string]bool{}
	for i := range m.Windows {
		w := &m.Windows[i]
		for _, f := range w.Stored.files() {
			inUse[f.Name] = true
		}
		if w.Job != nil {
			name := w.archiveName()
			inUse[name], inUse[name+".part"], inUse[name+".part.json"] = true, true, true
		}
		// Readers use an outdated Parquet file until the next one is complete.
		inUse[w.tableName()] = w.Stored != nil
	}
	for _, parent := range []string{zipDirectory, parquetDirectory} {
		entries, err := os.ReadDir(filepath.Join(dir, parent))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, entry := range entries {
			if !inUse[entry.Name()] && leftoverPattern.MatchString(entry.Name()) {
				removeFile(filepath.Join(dir, parent, entry.Name()))
			}
		}
	}
	return nil
}

// foreignFile returns the name of a file that this package doesn't write into a new
// directory, or "".
func foreignFile(dir string) (name string, err error) {
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == lockName || entry.Name() == tempPath(manifestName) {
			return err
		}
		name, err = filepath.Rel(dir, path)
		return cmp.Or(err, fs.SkipAll)
	})
	return name, err
}

// lockDirectory locks a directory against other runs until unlock is called, or this
// process ends.
func lockDirectory(dir string) (unlock func() error, err error) {
	file, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	ok, err := partfile.TryLock(file)
	if err == nil && !ok {
		err = fmt.Errorf("%w (it holds %s); try again when it has finished", ErrLocked, lockName)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file.Close, nil
}

// replaceFile writes a file under another name, syncs it to the disk and renames it. If
// that fails, the file stays as it was.
func replaceFile(path string, write func(io.Writer) error) error {
	temp := tempPath(path)
	file, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	buffer := bufio.NewWriterSize(file, 128<<10)
	if err = write(buffer); err == nil {
		err = buffer.Flush()
	}
	if err == nil {
		err = file.Sync()
	}
	if err = cmp.Or(err, file.Close()); err == nil {
		err = partfile.Rename(temp, path)
	}
	if err != nil {
		removeFile(temp)
	}
	return err
}

// removeFile removes a file that the manifest doesn't name. If it can't be removed while
// another program reads it, a later run does it.
func removeFile(path string) { _ = os.Remove(path) }

func makeDirectory(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	partfile.SyncDirectory(filepath.Dir(path))
	return nil
}
