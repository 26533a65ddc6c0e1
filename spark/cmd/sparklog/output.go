package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/partfile"
)

// outputFlags say which file a command writes.
type outputFlags struct {
	flag  string   // names the file; "" is output
	path  textFlag // "-" is standard output, "" no file
	force bool
}

func (o *outputFlags) register(command *cobra.Command, usage string) {
	if o.flag == "" {
		command.Flags().VarP(&o.path, "output", "o", usage)
	} else {
		command.Flags().Var(&o.path, o.flag, usage)
	}
	command.Flags().BoolVarP(&o.force, "force", "f", false, "replace an existing file")
}

func (o *outputFlags) toStdout() bool { return o.path == "-" }

// check finds out whether the file can be written, before anything is sent.
func (o *outputFlags) check(p *program) error {
	path, flag := string(o.path), "--"+cmp.Or(o.flag, "output")
	switch {
	case path == "":
		return nil
	case o.toStdout() && p.stdoutTerminal:
		return usagef("%s: the file can't be shown on a terminal; redirect standard output, or name a file", flag)
	case o.toStdout():
		return partfile.CheckDirectory(os.TempDir()) // downloads go there first
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return usagef("%s: %s is not a regular file; name one, or use - for standard output", flag, path)
	case err == nil && !o.force:
		return existsError(path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	directory := filepath.Dir(path)
	if info, err := os.Stat(directory); err != nil || !info.IsDir() {
		return usagef("%s: there is no directory %s", flag, directory)
	}
	if err := partfile.CheckDirectory(directory); err != nil {
		return err
	}
	return partfile.Check(path)
}

func existsError(path string) error {
	return fmt.Errorf("%s already exists; use --force to replace it", path)
}

// save downloads a file to where the flags say.
func (p *program) save(to outputFlags, saveTo func(string, ...spark.SaveOption) error, writeTo func(io.Writer, ...spark.SaveOption) error) error {
	bar := p.startBar("downloading")
	transfer := spark.WithDownloadProgress(bar.showTransfer())
	if to.toStdout() {
		defer bar.stop()
		return writeTo(p.out, transfer)
	}
	options := []spark.SaveOption{transfer}
	if to.force {
		options = append(options, spark.WithOverwrite())
	}
	path := string(to.path)
	err := saveTo(path, options...)
	bar.stop()
	info, statErr := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrExist) && statErr == nil:
		return existsError(path) // it was created while we waited
	case err == nil && statErr == nil:
		p.note("saved %s, %s", path, byteSize(info.Size()))
	}
	return err
}

// write writes a complete file to where the flags say, or nothing.
func (p *program) write(to outputFlags, content func(io.Writer) error) error {
	if to.toStdout() {
		return content(p.out)
	}
	path := string(to.path)
	file, err := os.CreateTemp(filepath.Dir(path), ".sparklog-*")
	if err != nil {
		return err
	}
	err = content(file)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = to.check(p) // a file may have been created meanwhile
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return err
	}
	p.note("saved %s", path)
	return nil
}
