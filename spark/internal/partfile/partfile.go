// Package partfile writes files that get their name only when they are complete. Until
// then the content is in a part file beside the target, which is locked against other
// processes. A state file beside the part file describes it, so that a later process can
// resume.
package partfile

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// File is an open, locked part file. Call [File.Publish], [File.Discard] or Close in the
// end. After Close a later process can resume.
type File struct {
	*os.File
	target string
}

// Open opens the part file of the target and locks it. If there is none, it creates one.
// It fails if another process, or another File of this process, has locked it. It also
// fails if the part file has content but no state: then it belongs to the user. On a file
// system without locks the file isn't locked.
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

// Check returns the error that [Open] would return. It changes nothing.
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

// claim locks the file. It returns false without an error if the file was published or
// discarded meanwhile, so that the caller must open another one.
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

// Publish syncs the file to the disk, renames it to the target, closes it and removes the
// state. Without overwrite an existing target stays, and the error matches [fs.ErrExist].
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
	return f.release(func() error {
		err := os.Remove(f.Name())
		if stateErr := os.Remove(f.statePath()); !errors.Is(stateErr, fs.ErrNotExist) {
			err = cmp.Or(err, stateErr)
		}
		return err
	})
}

// release closes the file after do, so that the lock covers it. If the system can't rename
// open files, it closes the file before.
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
	// Unlike a rename, a link doesn't overwrite.
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

// Rename renames a file and replaces the file that has the new name. If the system can
// sync directories, the new name survives a power failure.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	SyncDirectory(filepath.Dir(to))
	return nil
}

// CheckDirectory returns an error if files can't be written in a directory.
func CheckDirectory(path string) error {
	probe, err := os.CreateTemp(path, ".probe-*")
	if err != nil {
		return fmt.Errorf("%s can't be written to: %w", path, errors.Unwrap(err))
	}
	_, err = probe.Write([]byte("probe"))
	return errors.Join(err, probe.Close(), os.Remove(probe.Name()))
}

// SyncDirectory makes new names in a directory survive a power failure, if the system can
// do that.
func SyncDirectory(path string) {
	if directory, err := os.Open(path); err == nil {
		_ = directory.Sync()
		_ = directory.Close()
	}
}
