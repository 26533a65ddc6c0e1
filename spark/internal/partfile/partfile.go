// Package partfile writes files that appear under their name only when they are
// complete. Until then the content is in a part file beside the target, which is
// locked against other processes. A state beside the part file describes it, so
// that a later process can resume.
package partfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// File is an open, locked part file. [File.Publish], [File.Discard] and Close end
// its use; Close keeps it for a later process.
type File struct {
	*os.File
	target string
}

// Open opens the part file of the target and locks it. It creates one if there is
// none. It fails if somebody else has locked it, which may be another File of this
// process, and if the file has content without a state: it is the user's then. File
// systems without locks are used without one.
func Open(target string) (*File, error) {
	for {
		part, err := os.OpenFile(target+".part", os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		file := &File{part, target}
		ok, err := file.claim()
		if ok {
			return file, nil
		}
		_ = file.Close()
		if err != nil {
			return nil, err
		}
	}
}

// Check fails if [Open] would. It leaves everything as it is.
func Check(target string) error {
	file, err := Open(target)
	if err != nil {
		return err
	}
	if info, err := file.Stat(); err == nil && info.Size() == 0 {
		return file.Discard()
	}
	return file.Close()
}

// claim locks the file. It returns false without an error if the file was published
// or discarded meanwhile, so that another one must be opened.
func (f *File) claim() (ok bool, err error) {
	locked, err := TryLock(f.File)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
	case err != nil:
		return false, err
	case !locked:
		return false, &fs.PathError{Op: "save", Path: f.target, Err: errors.New("another download is writing it; wait for that one, or save elsewhere")}
	}
	opened, err := f.Stat()
	if err != nil {
		return false, err
	}
	if found, err := os.Stat(f.Name()); err != nil || !os.SameFile(opened, found) {
		return false, nil
	}
	if target, err := os.Lstat(f.target); err == nil && os.SameFile(opened, target) {
		// The process that published it ended before it removed the first name.
		return false, f.Discard()
	}
	if _, err := os.Stat(f.statePath()); opened.Size() > 0 && errors.Is(err, fs.ErrNotExist) {
		return false, &fs.PathError{Op: "save", Path: f.Name(), Err: fmt.Errorf("%w and isn't part of an earlier download; remove it or save elsewhere", fs.ErrExist)}
	}
	return true, nil
}

func (f *File) statePath() string { return f.Name() + ".json" }

// ReadState decodes the state. Without one, the error matches [fs.ErrNotExist].
func (f *File) ReadState(state any) error {
	data, err := os.ReadFile(f.statePath())
	if err != nil {
		return err
	}
	return json.Unmarshal(data, state)
}

// WriteState replaces the state.
func (f *File) WriteState(state any) error {
	data, err := json.Marshal(state)
	if err != nil {
		return err
	}
	return os.WriteFile(f.statePath(), data, 0o600)
}

// Publish gives the file the name of the target when its content is safe on the
// disk, closes it and removes the state. Without overwrite, an existing target is
// kept and the error matches [fs.ErrExist].
func (f *File) Publish(overwrite bool) error {
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.release(func() error { return f.rename(overwrite) }); err != nil {
		return err
	}
	_ = os.Remove(f.statePath())
	return nil
}

// Discard closes the file and removes it and its state.
func (f *File) Discard() error {
	return f.release(func() error { return errors.Join(os.Remove(f.Name()), f.removeState()) })
}

func (f *File) removeState() error {
	if err := os.Remove(f.statePath()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// release closes the file after do, so that the lock covers it. Where the system
// can't rename open files, it closes the file before.
func (f *File) release(do func() error) error {
	if renamesOpenFiles {
		defer f.Close()
	} else if err := f.Close(); err != nil {
		return err
	}
	return do()
}

func (f *File) rename(overwrite bool) error {
	if overwrite {
		return Rename(f.Name(), f.target)
	}
	// In contrast to a rename, a link doesn't overwrite.
	err := os.Link(f.Name(), f.target)
	switch {
	case err == nil:
		SyncDirectory(filepath.Dir(f.target))
		return os.Remove(f.Name())
	case errors.Is(err, fs.ErrExist):
		return err
	}
	// The file system has no links.
	if _, err := os.Lstat(f.target); err == nil {
		return fmt.Errorf("rename %s to %s: %w", f.Name(), f.target, fs.ErrExist)
	}
	return Rename(f.Name(), f.target)
}

// Rename renames a file, and replaces the one of the new name. The new name
// survives a power failure where the system can sync directories.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	SyncDirectory(filepath.Dir(to))
	return nil
}

// CheckDirectory fails if no file can be written in a directory.
func CheckDirectory(path string) error {
	probe, err := os.CreateTemp(path, ".probe-*")
	if err != nil {
		return fmt.Errorf("%s can't be written to: %w", path, errors.Unwrap(err))
	}
	_, err = probe.Write([]byte("probe"))
	return errors.Join(err, probe.Close(), os.Remove(probe.Name()))
}

// SyncDirectory makes new names in a directory survive a power failure, where the
// system can do that.
func SyncDirectory(path string) {
	if directory, err := os.Open(path); err == nil {
		_ = directory.Sync()
		_ = directory.Close()
	}
}
