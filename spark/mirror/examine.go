package mirror

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"time"
)

// examine reads what a window's job exported.
func (r *run) examine(ctx context.Context, w *window) (*kept, error) {
	archive, err := describe(zipPath(r.dir, w.archiveName()))
	if err != nil {
		return nil, err
	}
	k := &kept{AsOf: w.Job.Started, Archive: archive}
	fetched := window{From: w.From, To: w.To, Kept: k}
	for _, err := range fetched.read(r.dir) {
		switch {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case undecodable(err):
			k.Unreadable++
		case err != nil:
			return nil, err
		default:
			k.Records++
		}
	}
	return k, nil
}

// describe measures a file.
func describe(path string) (file, error) {
	opened, err := os.Open(path)
	if err != nil {
		return file{}, err
	}
	defer opened.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, opened)
	if err != nil {
		return file{}, err
	}
	return file{Name: filepath.Base(path), Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

// missMissing makes windows due whose files are gone or cut short.
func (m *manifest) missMissing(dir string) {
	for i := range m.Windows {
		k := m.Windows[i].Kept
		for _, f := range k.files() {
			if info, err := os.Stat(zipPath(dir, f.Name)); err != nil || info.Size() != f.Size {
				k.AsOf = time.Time{}
			}
		}
	}
}
