package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/record"
)

// stdinPath is what the command line calls standard input.
const stdinPath = "-"

// callSource is where calls are read from: an exported archive, in a file or from
// standard input, or the directory of a mirror. It can be read several times.
type callSource struct {
	name   string // in messages
	all    iter.Seq2[entry, error]
	offset utcOffset // of its log times, if the user knows it
	close  func()
}

func (s *callSource) String() string { return s.name }

// openSource opens what a path names.
func (p *program) openSource(path string, offset utcOffset) (*callSource, error) {
	s := &callSource{name: path, offset: offset, close: func() {}}
	info, err := os.Stat(path)
	switch {
	case path == stdinPath:
		s.name = "standard input"
		return s, p.openInput(s)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such file", path)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, errors.Unwrap(err)) // without "stat"
	case info.IsDir():
		opened, err := openMirror(path)
		if err != nil {
			return nil, err
		}
		s.all = callEntries(opened.Calls())
		return s, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, errors.Unwrap(err)) // without "open"
	}
	s.close = func() { _ = file.Close() }
	return s, p.openArchive(s, file, info.Size())
}

// openInput copies standard input to a file, because a ZIP archive is read from its end.
func (p *program) openInput(s *callSource) error {
	file, err := os.CreateTemp("", "sparklog-*.zip")
	if err != nil {
		return err
	}
	// If an open file can be removed, nothing can leave it behind.
	_ = os.Remove(file.Name())
	s.close = func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}
	size, err := io.Copy(file, p.stdin)
	if err != nil {
		s.close()
		return fmt.Errorf("%s: %w", s, err)
	}
	return p.openArchive(s, file, size)
}

// openArchive opens the archive in a file, which it closes on an error. It refuses an
// archive that contains other files only, and names those that aren't read. An archive
// without any file is an export of no calls.
func (p *program) openArchive(s *callSource, file *os.File, size int64) error {
	archive, err := record.NewArchive(file, size)
	if err != nil {
		s.close()
		if problem, ok := strings.CutPrefix(err.Error(), "not a complete ZIP archive: "); ok && !strings.Contains(problem, "a ZIP archive") {
			return fmt.Errorf("%s is not a ZIP archive (%s); give the ZIP archive that was exported", s, problem)
		}
		return fmt.Errorf("%s: %w", s, err)
	}
	others := archive.Others()
	if len(others) > 0 && !archive.HasCalls() && !archive.HasRows() {
		s.close()
		return fmt.Errorf("%s contains neither JSON nor CSV files, so it isn't an export of calls", s)
	}
	for _, other := range others {
		p.warn("%s in %s is not read, because it is neither JSON nor CSV", other.Name, s)
	}
	s.all = archiveEntries(archive)
	return nil
}

// openMirror opens the directory of a mirror. If it isn't one, the error names an
// archive in it that the user may have meant.
func openMirror(dir string) (*mirror.Directory, error) {
	opened, err := mirror.Open(dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return opened, err
	}
	example := "calls.zip"
	for _, pattern := range []string{"*.zip", "zip/*.zip"} {
		if found, _ := filepath.Glob(filepath.Join(dir, pattern)); len(found) > 0 {
			example = found[0]
			break
		}
	}
	return nil, fmt.Errorf("%s is a directory but not a mirror; give one ZIP archive, such as %s, or the directory of a mirror", dir, example)
}

// callSources are what one command reads, one after another.
type callSources []*callSource

// someSources expects one source or more.
func someSources(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usagef("FILE.zip or DIR is missing")
	}
	return nil
}

// openSources opens what the paths name. The caller must close the sources.
func (p *program) openSources(paths []string, offset utcOffset) (all callSources, err error) {
	if first := slices.Index(paths, stdinPath); first >= 0 && slices.Contains(paths[first+1:], stdinPath) {
		return nil, usagef("standard input can be read only once")
	}
	for _, path := range paths {
		s, err := p.openSource(path, offset)
		if err != nil {
			all.close()
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func (all callSources) close() {
	for _, s := range all {
		s.close()
	}
}

// String names the sources in messages.
func (all callSources) String() string {
	if len(all) > 3 {
		return fmt.Sprintf("%s and %d more", all[0], len(all)-1)
	}
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.name
	}
	return strings.Join(names, ", ")
}

// entries reads all calls, from JSON as well as from CSV, until the context ends. An
// error names its source if there are several.
func (all callSources) entries(ctx context.Context) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		for _, s := range all {
			for e, err := range s.all {
				if err == nil && s.offset != 0 {
					s.offset.applyTo(e)
				}
				if err != nil && len(all) > 1 {
					err = fmt.Errorf("%s: %w", s, err)
				}
				if ctx.Err() != nil || !yield(e, err) {
					return
				}
			}
		}
	}
}

// callOf returns the call of an entry, which must come from JSON.
func (all callSources) callOf(e entry) (*record.Call, error) {
	call, ok := e.(callEntry)
	if !ok {
		return nil, fmt.Errorf("%s contains CSV files, which don't distinguish numbers from texts; export the calls as JSON", all)
	}
	return call.Call, nil
}

// applyTo corrects the log time of an entry of a shifted export, and gives it the zone of
// the shift. The JSON files don't name that zone, so that their times were read as UTC.
func (o utcOffset) applyTo(e entry) {
	switch e := e.(type) {
	case callEntry:
		if e.LogTime.IsZero() {
			return
		}
		if !o.isNamedIn(e.Call) {
			e.LogTime = e.LogTime.Add(-time.Duration(o) * time.Hour)
		}
		e.LogTime = e.LogTime.In(o.zone())
	case rowEntry: // CSV files name the zone of their times
		e.LogTime = e.LogTime.In(o.zone())
	}
}

// isNamedIn reports whether the log time in a call's JSON names the zone all the same, so
// that it was read correctly.
func (o utcOffset) isNamedIn(call *record.Call) bool {
	var raw struct{ LogTime string }
	_ = json.Unmarshal(call.JSON(), &raw) // without a log time there is no zone
	zone := time.Time{}.In(o.zone()).Format("-07:00")
	return strings.HasSuffix(raw.LogTime, zone) || strings.HasSuffix(raw.LogTime, strings.ReplaceAll(zone, ":", ""))
}

// unreadParts counts what could not be read of a source. The zero value has counted
// nothing.
type unreadParts struct {
	places int    // records, rows and files
	fields int    // of the records and rows that were read
	first  string // of them all
}

// addPlace counts a record, a row or a file that could not be read.
func (u *unreadParts) addPlace(err error) {
	u.places++
	if u.first == "" {
		u.first = strings.TrimPrefix(describe(err), "read ")
	}
}

// addFields counts the fields of a call that could not be read.
func (u *unreadParts) addFields(id string, problems []record.Problem) {
	u.fields += len(problems)
	if u.first != "" || len(problems) == 0 {
		return
	}
	u.first = problems[0].String()
	if id != "" {
		u.first = "call " + id + ": " + u.first
	}
}

// err returns nil if everything could be read. Otherwise it returns the error that
// records, stats and diff end with. The outcome says what was done with what was read.
func (u *unreadParts) err(from fmt.Stringer, outcome string) error {
	var parts []string
	if u.places > 0 {
		parts = append(parts, counted(u.places, "place"))
	}
	if u.fields > 0 {
		parts = append(parts, counted(u.fields, "field"))
	}
	if parts == nil {
		return nil
	}
	return fmt.Errorf("%s of %s can't be read, the first: %s; %s", strings.Join(parts, " and "), from, u.first, outcome)
}
