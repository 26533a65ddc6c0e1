package spark

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sparkgo/spark-go/spark/internal/zipcheck"
)

// part is a file in the making, beside the path that it will have. A note
// beside it says what it is a part of, for a later run.
type part struct {
	target, path string
	overwrite    bool
	note         partNote
	file         *os.File
	size         int64
	checker      *zipcheck.Checker // nil: earlier bytes didn't pass it
}

// partNote tells a part file's origin. It holds no address.
type partNote struct {
	Identity  string `json:"identity"`
	Validator string `json:"validator"`
	Total     int64  `json:"total"`
}

// openPart makes the part file, or goes on with the one that an earlier run
// left. It fails before anything is downloaded where the target can't be written.
func openPart(target, identity string, overwrite bool) (*part, error) {
	if target == "" {
		return nil, invalid("path", "it is empty")
	}
	if info, err := os.Lstat(target); err == nil {
		if info.IsDir() {
			return nil, invalid("path", "%s is a folder; give the name of a file in it", target)
		}
		if !overwrite {
			return nil, &fs.PathError{Op: "save", Path: target, Err: fmt.Errorf("%w; remove it or give the Overwrite option", fs.ErrExist)}
		}
	}
	p := &part{target: target, path: target + ".part", overwrite: overwrite}
	file, err := os.OpenFile(p.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	p.file = file
	if err := p.pickUp(identity); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return p, nil
}

// pickUp goes on with what an earlier run left, or begins anew.
func (p *part) pickUp(identity string) error {
	var err error
	if p.size, err = p.file.Seek(0, io.SeekEnd); err != nil {
		return err
	}
	if p.resumable(identity) {
		return nil
	}
	p.note = partNote{Identity: identity, Total: -1}
	return p.restart()
}

// resumable reports whether the part is the beginning of the same file.
func (p *part) resumable(identity string) bool {
	data, err := os.ReadFile(p.notePath())
	if err != nil || json.Unmarshal(data, &p.note) != nil {
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
	if p.note.Validator == validator && p.note.Total == total {
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
	if p.checker == nil {
		return corrupt(zipcheck.File(p.file, p.size))
	}
	return corrupt(p.checker.Close())
}

// finish gives the file its name, once its bytes are safe on the disk.
func (p *part) finish() error {
	if err := errors.Join(p.file.Sync(), p.file.Close()); err != nil {
		return err
	}
	if err := p.publish(); err != nil {
		return err
	}
	_ = os.Remove(p.notePath())
	return syncFolder(filepath.Dir(p.target))
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

// abandon keeps the part for a later run and returns its path, unless there is
// nothing to go on from.
func (p *part) abandon(useless bool) (kept string) {
	if p.checker != nil {
		p.checker.Abort()
	}
	_ = p.file.Close()
	if !useless && p.size > 0 && p.note.Validator != "" {
		return p.path
	}
	_ = os.Remove(p.path)
	_ = os.Remove(p.notePath())
	return ""
}

// syncFolder makes a rename last. Where folders can't be synced, the system
// sees to it.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer folder.Close()
	_ = folder.Sync()
	return nil
}
