package record

import (
	"archive/zip"
	"cmp"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Extract writes all files and folders to the folder dir, which is made if it
// doesn't exist. It overwrites nothing: a file that exists already is an error
// ([io/fs.ErrExist]). Names that lead out of dir, links and other special files are
// an error before anything is written. After any other error the files before the
// one at fault are there, whole.
func (a *Archive) Extract(dir string) error {
	if err := a.extract(dir); err != nil {
		return fmt.Errorf("extract archive to %s: %w", dir, err)
	}
	return nil
}

func (a *Archive) extract(dir string) error {
	if limit := a.Limits.files(); int64(len(a.zip.File)) > limit {
		return fmt.Errorf("%d files, more than Limits.Files (%d): raise it if that is as it should be", len(a.zip.File), limit)
	}
	for _, f := range a.zip.File {
		if _, err := localName(f); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	left := a.Limits.total()
	for _, f := range a.zip.File {
		if err := extractFile(root, f, &left); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

// localName returns the name of a file, with slashes, if it is a plain one within
// the folder. Some archives made on Windows have backslashes in their names.
func localName(f *zip.File) (string, error) {
	name := path.Clean(strings.ReplaceAll(f.Name, `\`, "/"))
	if !filepath.IsLocal(filepath.FromSlash(name)) || strings.Contains(name, "\x00") {
		return "", fmt.Errorf("refused: the name %q leads out of the folder", f.Name)
	}
	if mode := f.Mode(); !mode.IsRegular() && !mode.IsDir() {
		return "", fmt.Errorf("refused: %q is a link or another special file", f.Name)
	}
	return name, nil
}

func extractFile(root *os.Root, f *zip.File, left *int64) (err error) {
	name, err := localName(f)
	if err != nil {
		return err
	}
	if f.Mode().IsDir() || strings.HasSuffix(f.Name, `\`) {
		return root.MkdirAll(name, 0o777)
	}
	if err := root.MkdirAll(path.Dir(name), 0o777); err != nil {
		return err
	}
	source, err := openFile(f, left)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	if err = cmp.Or(err, target.Close()); err != nil {
		_ = root.Remove(name)
	}
	return err
}
