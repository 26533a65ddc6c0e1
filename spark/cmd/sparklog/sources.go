package main

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/spf13/cobra"
)

// sources are what one command reads, one after another.
type sources []*source

// takesSources expects one source or more.
func takesSources(paths *[]string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("FILE.zip or DIR is missing")
		}
		*paths = args
		return nil
	}
}

// openSources opens what the paths name. The caller must close the sources.
func (p *program) openSources(ctx context.Context, paths []string, offset offset) (all sources, err error) {
	stdin := 0
	for _, path := range paths {
		if path == stdinPath {
			stdin++
		}
	}
	if stdin > 1 {
		return nil, usagef("standard input can be read only once")
	}
	for _, path := range paths {
		s, err := p.openSource(ctx, path)
		if err != nil {
			all.close()
			return nil, err
		}
		s.offset = offset
		all = append(all, s)
	}
	return all, nil
}

func (all sources) close() {
	for _, s := range all {
		s.close()
	}
}

// records reads all calls, of JSON as well as of CSV, until the context ends. An error
// names its source where there are several.
func (all sources) records(ctx context.Context) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		for _, s := range all {
			for r, err := range s.records(ctx) {
				if err != nil && len(all) > 1 {
					err = fmt.Errorf("%s: %w", s, err)
				}
				if !yield(r, err) {
					return
				}
			}
		}
	}
}

// String names the sources in messages.
func (all sources) String() string {
	if len(all) > 3 {
		return fmt.Sprintf("%s and %d more", all[0], len(all)-1)
	}
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.String()
	}
	return strings.Join(names, ", ")
}
