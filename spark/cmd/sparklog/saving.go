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

// saving says where a file goes.
type saving struct {
	flag  string // that names the file; "" is output
	path  text   // "-" is standard output, "" nowhere
	force bool
}

func (s *saving) flags(command *cobra.Command, usage string) {
	if s.flag == "" {
		command.Flags().VarP(&s.path, "output", "o", usage)
	} else {
		command.Flags().Var(&s.path, s.flag, usage)
	}
	command.Flags().BoolVarP(&s.force, "force", "f", false, "replace an existing file")
}

func (s *saving) name() string { return cmp.Or(s.flag, "output") }

func (s *saving) toStdout() bool { return s.path == "-" }

// check finds out before anything is sent whether the file can be there.
func (s *saving) check(p *program) error {
	if s.path == "" {
		return nil
	}
	if s.toStdout() {
		if p.stdoutTerminal {
			return usagef("--%s: a terminal can't show the file; redirect standard output, or name a file", s.name())
		}
		return partfile.CheckDirectory(os.TempDir()) // where the download goes first
	}
	path, flag := string(s.path), s.name()
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return usagef("--%s: %s is not a regular file; name one, or use - for standard output", flag, path)
	case err == nil && !s.force:
		return exists(path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	directory := filepath.Dir(path)
	if info, err := os.Stat(directory); err != nil || !info.IsDir() {
		return usagef("--%s: there is no directory %s", flag, directory)
	}
	if err := partfile.CheckDirectory(directory); err != nil {
		return err
	}
	return partfile.Check(path) // before the platform works for the file
}

func exists(path string) error {
	return fmt.Errorf("%s already exists; use --force to replace it", path)
}

// file is one that can be downloaded.
type file interface {
	saveTo(path string, options []spark.SaveOption) error
	writeTo(w io.Writer, options []spark.SaveOption) error
}

// save downloads a file to where it goes.
func (p *program) save(to saving, from file) error {
	bar := p.startBar("downloading")
	options := []spark.SaveOption{spark.OnTransfer(bar.showTransfer())}
	if to.toStdout() {
		defer bar.stop()
		return from.writeTo(p.out, options)
	}
	if to.force {
		options = append(options, spark.Overwrite())
	}
	path := string(to.path)
	err := from.saveTo(path, options)
	bar.stop()
	info, missing := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrExist) && missing == nil:
		return exists(path) // it came while we waited
	case err == nil && missing == nil:
		p.note("saved %s, %s", path, size(info.Size()))
	}
	return err
}
