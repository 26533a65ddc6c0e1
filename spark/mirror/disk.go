package mirror

import (
	"bufio"
	"cmp"
	"io"
	"os"
	"path/filepath"

	"github.com/sparkgo/spark-go/spark/internal/partfile"
)

// disk changes files so that at any instant each is there whole or not at all.
type disk struct {
	step func(name string) error
}

// replace writes a file aside and gives it its name when it is safe on the disk.
// Where it fails, the file is as it was.
func (d disk) replace(path string, write func(io.Writer) error) error {
	temp := tempPath(path)
	err := d.write(temp, write)
	if err == nil {
		err = d.step("rename " + filepath.Base(path))
	}
	if err == nil {
		err = partfile.Rename(temp, path)
	}
	if err != nil {
		_ = os.Remove(temp)
		return err
	}
	return d.step("renamed " + filepath.Base(path))
}

func (d disk) write(path string, write func(io.Writer) error) error {
	if err := d.step("create " + filepath.Base(path)); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	buffer := bufio.NewWriterSize(file, 128<<10)
	err = write(buffer)
	if err == nil {
		err = buffer.Flush()
	}
	if err == nil {
		err = d.step("sync " + filepath.Base(path))
	}
	if err == nil {
		err = file.Sync()
	}
	return cmp.Or(err, file.Close())
}

// remove removes a file that nothing refers to any longer. One that can't be
// removed now, since another program reads it, is left to a later run.
func (d disk) remove(path string) error {
	if err := d.step("remove " + filepath.Base(path)); err != nil {
		return err
	}
	_ = os.Remove(path)
	return nil
}

// makeFolder makes a folder with those above it.
func (d disk) makeFolder(path string) error {
	if err := d.step("make folder " + filepath.Base(path)); err != nil {
		return err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	partfile.SyncDirectory(filepath.Dir(path))
	return nil
}
