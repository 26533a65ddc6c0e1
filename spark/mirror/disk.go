package mirror

import (
	"bufio"
	"cmp"
	"io"
	"os"
	"path/filepath"

	"github.com/sparkgo/spark-go/spark/internal/partfile"
)

// replaceFile writes a file aside and gives it its name when it is safe on the disk.
// Where it fails, the file is as it was.
func replaceFile(path string, write func(io.Writer) error) error {
	temp := tempPath(path)
	err := writeFile(temp, write)
	if err == nil {
		err = partfile.Rename(temp, path)
	}
	if err != nil {
		_ = os.Remove(temp)
	}
	return err
}

func writeFile(path string, write func(io.Writer) error) error {
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
		err = file.Sync()
	}
	return cmp.Or(err, file.Close())
}

// removeFile removes a file that nothing refers to any longer. One that can't be
// removed now, since another program reads it, is left to a later run.
func removeFile(path string) { _ = os.Remove(path) }

// makeFolder makes a folder with those above it.
func makeFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	partfile.SyncDirectory(filepath.Dir(path))
	return nil
}
