package zipcheck

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"io"
)

// Contents compares every stored and deflated entry with its CRC-32 and its size,
// like a reader that begins with the directory. It is for what a Checker couldn't
// be sure of. Where it can't make sense of the directory either, it takes the
// archive for sound. It returns an error of r as it is.
func Contents(r io.ReaderAt, size int64) error {
	directory, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrFormat) && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	if directory == nil {
		return nil
	}
	for _, file := range directory.File {
		if file.Flags&encrypted != 0 || file.Method != stored && file.Method != deflated {
			continue
		}
		if err := readThrough(file); err != nil {
			return err
		}
	}
	return nil
}

func readThrough(file *zip.File) error {
	contents, err := file.Open()
	if err == nil {
		_, err = io.Copy(io.Discard, contents)
		_ = contents.Close()
	}
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, zip.ErrChecksum):
		return wrong(ErrDamaged, file.Name, "its contents don't match its CRC-32")
	case errors.Is(err, zip.ErrFormat), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &corrupt):
		return wrong(ErrDamaged, file.Name, "its contents can't be read")
	}
	return err
}
