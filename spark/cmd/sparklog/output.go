package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/partfile"
)

// outputFlags say which file a command writes.
type outputFlags struct {
	flag  string // that names the file
	path  string // "-" is standard output, "" no file
	force bool
}

func (o *outputFlags) register(flags *pflag.FlagSet, flag, letter, usage string) {
	o.flag = "--" + flag
	flags.VarP(&flagValue[string]{textKind, &o.path, ""}, flag, letter, usage)
	flags.BoolVarP(&o.force, "force", "f", false, "replace an existing file")
}

func (o *outputFlags) toStdout() bool { return o.path == "-" }

// check finds out whether the file can be written, before anything is sent.
func (o *outputFlags) check(p *program) error {
	path := o.path
	switch {
	case path == "":
		return nil
	case o.toStdout() && p.stdoutTerminal:
		return usagef("%s: the file can't be shown on a terminal; redirect standard output, or name a file", o.flag)
	case o.toStdout():
		return partfile.CheckDirectory(os.TempDir()) // downloads go there first
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return usagef("%s: %s is not a regular file; name one, or use - for standard output", o.flag, path)
	case err == nil && !o.force:
		return existsError(path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	directory := filepath.Dir(path)
	if info, err := os.Stat(directory); err != nil || !info.IsDir() {
		return usagef("%s: there is no directory %s", o.flag, directory)
	}
	if err := partfile.CheckDirectory(directory); err != nil {
		return err
	}
	return partfile.Check(path)
}

func existsError(path string) error {
	return fmt.Errorf("%s already exists; use --force to replace it", path)
}

// save downloads a file to where the flags say: to a path, or to standard output.
func (p *program) save(to outputFlags, saveTo func(path string, progress, overwrite spark.SaveOption) error, writeTo func(w io.Writer, progress spark.SaveOption) error) error {
	bar := p.startBar("downloading")
	progress := spark.WithDownloadProgress(bar.showTransfer())
	if to.toStdout() {
		defer bar.stop()
		return writeTo(p.out, progress)
	}
	var overwrite spark.SaveOption
	if to.force {
		overwrite = spark.WithOverwrite()
	}
	err := saveTo(to.path, progress, overwrite)
	bar.stop()
	info, statErr := os.Stat(to.path)
	switch {
	case errors.Is(err, fs.ErrExist) && statErr == nil:
		return existsError(to.path) // it was created while we waited
	case err == nil && statErr == nil:
		p.note("saved %s, %s", to.path, byteSize(info.Size()))
	}
	return err
}

// write writes a complete file to where the flags say, or nothing.
func (p *program) write(to outputFlags, content func(io.Writer) error) error {
	if to.toStdout() {
		return content(p.out)
	}
	file, err := os.CreateTemp(filepath.Dir(to.path), ".sparklog-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // which is gone after the rename
	if err := cmp.Or(content(file), file.Close()); err != nil {
		return err
	}
	if err := to.check(p); err != nil { // a file may have been created meanwhile
		return err
	}
	if err := os.Rename(file.Name(), to.path); err != nil {
		return err
	}
	p.note("saved %s", to.path)
	return nil
}
