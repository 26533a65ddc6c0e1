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

// Extract writes all files and directories to the directory dir, which it creates if
// necessary. It doesn't overwrite anything: a file that already exists is an error
// ([io/fs.ErrExist]). Links, other special files, and names that lead out of dir are
// an error before anything is written. After any other error, dir contains the files
// before the one that failed, each of them complete.
func (a *Archive) Extract(dir string) error {
	if err := a.extract(dir); err != nil {
		return fmt.Errorf("extract archive to %s: %w", dir, err)
	}
	return nil
}

func (a *Archive) extract(dir string) error {
	if len(a.zip.File) > a.limits.Files {
		return fmt.Errorf("the archive has %d files, more than %d (if that is expected, raise Limits.Files with WithLimits)", len(a.zip.File), a.limits.Files)
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
	budget := newBudget(a.limits)
	for _, f := range a.zip.File {
		if err := extractFile(root, f, budget); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

// localName returns the name of a regular file or a directory, with slashes. A name
// that leads out of the directory is an error. Some archives made on Windows have
// backslashes in their names.
func localName(f *zip.File) (string, error) {
	name := path.Clean(strings.ReplaceAll(f.Name, `\`, "/"))
	if !filepath.IsLocal(filepath.FromSlash(name)) || strings.Contains(name, "\x00") {
		return "", fmt.Errorf("refused: the name %q leads out of the directory", f.Name)
	}
	if mode := f.Mode(); !mode.IsRegular() && !mode.IsDir() {
		return "", fmt.Errorf("refused: %q is a link or another special file", f.Name)
	}
	return name, nil
}

func extractFile(root *os.Root, f *zip.File, budget *unpackBudget) (err error) {
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
	source, err := unpack(f, budget)
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
