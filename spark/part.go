package spark

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/sparkgo/spark-go/spark/internal/zipcheck"
)

// part is a file in the making, beside the path that it will have. A note
// beside it says what it is a part of, for a later run.
type part struct {
	target, path string
	overwrite    bool
	must         string
	note         partNote
	noted        bool // the note is on the disk
	file         *os.File
	size         int64
	checker      *zipcheck.Checker // nil: earlier bytes didn't pass it
	ended        bool
}

// partNote tells a part file's origin. It holds no address.
type partNote struct {
	Identity  string `json:"identity"`
	Validator string `json:"validator"`
	Total     int64  `json:"total"`
}

// openPart makes the part file, or goes on with the one that an earlier run
// left. It fails before anything is downloaded where the target can't be written.
func openPart(target string, from *source, overwrite bool) (*part, error) {
	p := &part{target: target, path: target + ".part", overwrite: overwrite, must: from.must}
	if err := p.checkTarget(); err != nil {
		return nil, err
	}
	if err := p.open(); err != nil {
		return nil, err
	}
	if err := errors.Join(p.checkTarget(), p.pickUp(from.identity)); err != nil {
		return nil, errors.Join(err, p.file.Close())
	}
	return p, nil
}

func (p *part) checkTarget() error {
	if p.target == "" {
		return invalid("path", "it is empty")
	}
	info, err := os.Lstat(p.target)
	switch {
	case err != nil:
		return nil // making the part file will tell if that is a problem
	case info.IsDir():
		return invalid("path", "%s is a folder; give the name of a file in it", p.target)
	case !p.overwrite:
		return &fs.PathError{Op: "save", Path: p.target, Err: fmt.Errorf("%w; remove it or give the Overwrite option", fs.ErrExist)}
	}
	return nil
}

// open opens and locks the part file. Where another run ended in between, the
// file opened may have got its final name, and is let go.
func (p *part) open() error {
	for {
		file, err := os.OpenFile(p.path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		if err := lockFile(file); err != nil {
			return errors.Join(&fs.PathError{Op: "save", Path: p.path, Err: fmt.Errorf("another download is writing it; wait for that one, or save elsewhere: %w", err)}, file.Close())
		}
		opened, err := file.Stat()
		if err != nil {
			return errors.Join(err, file.Close())
		}
		if there, err := os.Stat(p.path); err == nil && os.SameFile(opened, there) {
			p.file = file
			return nil
		}
		_ = file.Close()
	}
}

// pickUp goes on with what an earlier run left, or begins anew. A file that no
// run of ours left is the user's, and kept.
func (p *part) pickUp(identity string) error {
	var err error
	if p.size, err = p.file.Seek(0, io.SeekEnd); err != nil {
		return err
	}
	data, err := os.ReadFile(p.notePath())
	if errors.Is(err, fs.ErrNotExist) && p.size > 0 {
		return &fs.PathError{Op: "save", Path: p.path, Err: fmt.Errorf("%w and is no part of an earlier download; remove it or save elsewhere", fs.ErrExist)}
	}
	if err == nil && p.resumable(data, identity) {
		p.noted = true
		return nil
	}
	p.note = partNote{Identity: identity, Total: -1}
	return p.restart()
}

// resumable reports whether the part is the beginning of the same file.
func (p *part) resumable(data []byte, identity string) bool {
	if json.Unmarshal(data, &p.note) != nil {
		return false
	}
	return p.note.Identity == identity && p.note.Validator != "" && (p.note.Total < 0 || p.size <= p.note.Total)
}

func (p *part) notePath() string { return p.path + ".json" }

func (p *part) Write(b []byte) (int, error) {
	if p.checker != nil {
		if _, err := p.checker.Write(b); err != nil {
			return 0, corrupt(err)
		}
	}
	n, err := p.file.Write(b)
	p.size += int64(n)
	if err != nil {
		err = &sinkError{err}
	}
	return n, err
}

func (p *part) offset() int64 { return p.size }

func (p *part) begin(validator string, total int64) error {
	if p.noted && p.note.Validator == validator && p.note.Total == total {
		return nil
	}
	p.note.Validator, p.note.Total = validator, total
	data, err := json.Marshal(p.note)
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.notePath(), data, 0o600); err != nil {
		return &sinkError{err}
	}
	p.noted = true
	return nil
}

// repeat is cheaper than a second look: the file is simply written again.
func (p *part) repeat(io.Reader) error { return p.restart() }

func (p *part) restart() error {
	if p.checker != nil {
		p.checker.Abort()
	}
	if p.size > 0 {
		if err := p.file.Truncate(0); err != nil {
			return &sinkError{err}
		}
	}
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return &sinkError{err}
	}
	p.size, p.checker = 0, zipcheck.New()
	return nil
}

func (p *part) verify() error {
	if err := p.check(); err != nil {
		return corrupt(err)
	}
	return lacks(p.must, p.must == "" || p.holds(p.must))
}

// check gives the verdict on the ZIP. Contents that couldn't be checked while
// they arrived are read again.
func (p *part) check() error {
	if p.checker == nil {
		return zipcheck.File(p.file, p.size)
	}
	if err := p.checker.Close(); err != nil || p.checker.Sure() {
		return err
	}
	return zipcheck.Contents(p.file, p.size)
}

func (p *part) holds(name string) bool {
	archive, err := zip.NewReader(p.file, p.size)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(archive.File, func(f *zip.File) bool { return f.Name == name })
}

// finish gives the file its name, once its bytes are safe on the disk.
func (p *part) finish() error {
	if err := p.file.Sync(); err != nil {
		return err
	}
	// Where open files can be renamed, the lock is held until it is done.
	if renamesOpenFiles {
		defer p.file.Close()
	} else if err := p.file.Close(); err != nil {
		return err
	}
	if err := p.publish(); err != nil {
		return err
	}
	p.ended = true
	_ = os.Remove(p.notePath())
	syncFolder(filepath.Dir(p.target))
	return nil
}

// publish renames without overwriting: a link fails where the name is taken.
func (p *part) publish() error {
	if p.overwrite {
		return os.Rename(p.path, p.target)
	}
	err := os.Link(p.path, p.target)
	switch {
	case err == nil:
		return os.Remove(p.path)
	case errors.Is(err, fs.ErrExist):
		return err
	}
	// Some file systems have no links.
	if _, err := os.Lstat(p.target); err == nil {
		return &fs.PathError{Op: "save", Path: p.target, Err: fs.ErrExist}
	}
	return os.Rename(p.path, p.target)
}

// abandon lets go of the part, and returns its path where a later run can go on
// from it. Further calls do nothing.
func (p *part) abandon(useless bool) (kept string) {
	if p.checker != nil {
		p.checker.Abort()
	}
	if p.ended {
		return ""
	}
	p.ended = true
	defer p.file.Close()
	if !useless && p.size > 0 && p.note.Validator != "" {
		return p.path
	}
	_ = os.Remove(p.path)
	_ = os.Remove(p.notePath())
	return ""
}

// syncFolder makes a rename last where the system can do that.
func syncFolder(path string) {
	folder, err := os.Open(path)
	if err != nil {
		return
	}
	_ = folder.Sync()
	_ = folder.Close()
}
