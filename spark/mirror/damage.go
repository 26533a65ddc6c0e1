package mirror

import (
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
	"slices"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/record"
)

// Verify reads all archives and Parquet files and compares them with their checksums.
// It returns nil if all are as they were when they were written, else a
// [*WindowError] for the first that isn't, which matches [record.ErrCorrupt] or
// [fs.ErrNotExist]. An [Update] with Options.Verify replaces what is damaged.
func (f *Folder) Verify(ctx context.Context) error {
	for i := range f.manifest.Windows {
		w := &f.manifest.Windows[i]
		for path, noted := range w.all(f.dir) {
			found, err := describe(ctx, path)
			if err == nil && !found.sameContent(noted) {
				err = fmt.Errorf("%s: %w: its content has changed", filepath.Base(path), record.ErrCorrupt)
			}
			if err != nil {
				return fmt.Errorf("verify mirror %s: %w", f.dir, w.failed(w.explain(err)))
			}
		}
	}
	return nil
}

// describe measures a file.
func describe(ctx context.Context, path string) (file, error) {
	opened, err := os.Open(path)
	if err != nil {
		return file{}, err
	}
	defer opened.Close()
	info, err := opened.Stat()
	if err != nil {
		return file{}, err
	}
	sum := sha256.New()
	size, err := io.Copy(sum, untilDone{ctx, opened})
	if err != nil {
		return file{}, err
	}
	return file{Name: filepath.Base(path), Size: size, SHA256: hex.EncodeToString(sum.Sum(nil)), Modified: info.ModTime()}, nil
}

// untilDone reads until the context ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u untilDone) Read(data []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Cause(u.ctx)
	}
	return u.r.Read(data)
}

func (f *file) sameContent(other *file) bool { return f.Size == other.Size && f.SHA256 == other.SHA256 }

// check returns a file as it is now, and whether its content is as it was noted. The
// content is read only if the modification time has changed, or if verify is set.
func (f *file) check(ctx context.Context, path string, verify bool) (now file, intact bool, err error) {
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
	return now, err == nil && now.sameContent(f), err
}

// all returns the files of a window by their paths, its Parquet file included.
func (w *window) all(dir string) iter.Seq2[string, *file] {
	return func(yield func(string, *file) bool) {
		for _, f := range w.Kept.files() {
			if !yield(zipPath(dir, f.Name), f) {
				return
			}
		}
		if w.Table != nil {
			yield(w.tablePath(dir), &w.Table.file)
		}
	}
}

// findDamage makes windows due whose archives are gone or damaged, and has Parquet
// files written again that are.
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
			case w.Table != nil && f == &w.Table.file:
				w.Table.Revision = 0 // no file has it
			default:
				w.Kept.AsOf = time.Time{}
			}
			r.damaged++
		}
	}
	return nil
}

// salvage streams the records of those files in a damaged archive that are intact
// by their own checksums. The others may hold wrong digits.
func salvage(path string) calls {
	return func(yield func(*record.Call, error) bool) {
		archive, err := record.OpenArchive(path)
		if errors.Is(err, record.ErrCorrupt) || errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err != nil {
			yield(nil, err)
			return
		}
		defer archive.Close()
		for _, f := range archive.Files() {
			if !isIntactEntry(archive, f) {
				continue
			}
			goOn := readEntry(archive, f, func(r io.Reader) bool {
				for call, err := range record.ReadCalls(r) {
					if !yield(call, err) {
						return false
					}
				}
				return true
			})
			if !goOn {
				return
			}
		}
	}
}

// isIntact reports whether a file is an archive whose files all have their checksums.
func isIntact(path string) bool {
	archive, err := record.OpenArchive(path)
	if err != nil {
		return false
	}
	defer archive.Close()
	return !slices.ContainsFunc(archive.Files(), func(f record.ArchiveFile) bool {
		return !strings.HasSuffix(f.Name, "/") && !isIntactEntry(archive, f)
	})
}

func isIntactEntry(archive *record.Archive, f record.ArchiveFile) bool {
	return readEntry(archive, f, func(r io.Reader) bool {
		_, err := io.Copy(io.Discard, r)
		return err == nil
	})
}

// readEntry opens a file of an archive for read, whose result it returns.
func readEntry(archive *record.Archive, f record.ArchiveFile, read func(io.Reader) bool) bool {
	entry, err := archive.Open(f.Name)
	if err != nil {
		return false
	}
	defer entry.Close()
	return read(entry)
}
