package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// completeFlags completes the flags of a command. Otherwise a shell would offer files
// for each of them.
func (p *program) completeFlags(command *cobra.Command) {
	readsCalls := command.Name() == "records" || command.Name() == "stats"
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		complete := cobra.NoFileCompletions
		value, _ := pflag.UnquoteUsage(flag)
		switch {
		case value == "file":
			return
		case readsCalls && (flag.Name == "show" || flag.Name == "of" || flag.Name == "where"):
			complete = p.pathCompletions
		case flag.Value.Type() == "time":
			complete = cobra.FixedCompletions([]string{"today", "yesterday", "24h", "7d"}, cobra.ShellCompDirectiveNoFileComp)
		}
		// It only fails if the flag completes its own values.
		_ = command.RegisterFlagCompletionFunc(flag.Name, complete)
	})
}

// sourceCompletions completes the names of archives and directories.
func sourceCompletions(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"zip"}, cobra.ShellCompDirectiveFilterFileExt
}

// completedCalls is how many calls are read for the inputs and outputs to complete.
const completedCalls = 100

// pathCompletions completes the path of an input or output of the calls that the
// command reads.
func (p *program) pathCompletions(command *cobra.Command, args []string, typed string) (paths []string, _ cobra.ShellCompDirective) {
	const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	if len(args) == 0 || args[0] == stdinPath {
		return nil, directive
	}
	from, err := p.openSource(command.Context(), args[0])
	if err != nil {
		return nil, directive
	}
	defer from.close()
	var known knownPaths
	read := 0
	for e, err := range from.entries(command.Context()) {
		if err == nil {
			known.add(e)
		}
		if read++; read == completedCalls {
			break
		}
	}
	before := typed[:strings.LastIndex(typed, ",")+1] // --show takes several
	for _, path := range known.paths {
		if strings.HasPrefix(before+path, typed) {
			paths = append(paths, before+path)
		}
	}
	return paths, directive
}
