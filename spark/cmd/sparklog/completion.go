package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// complete completes the arguments and the flags of a command. Otherwise a shell would
// offer files for each of them.
func (p *program) complete(command *cobra.Command) {
	if command.ValidArgsFunction == nil {
		command.ValidArgsFunction = cobra.NoFileCompletions
	}
	readsCalls := command.Name() == "records" || command.Name() == "stats"
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		complete := cobra.NoFileCompletions
		value, _ := pflag.UnquoteUsage(flag)
		kind := flag.Value.Type()
		switch {
		case value == "file":
			return
		case readsCalls && (flag.Name == "show" || flag.Name == "of" || flag.Name == "where"):
			complete = p.pathCompletions
		case kind == timeKind.name:
			complete = completionOf("today", "yesterday", "24h", "7d")
		case value == "group":
			complete = completionOf(groups...)
		case strings.Contains(kind, "|"):
			complete = completionOf(strings.Split(kind, "|")...)
		}
		_ = command.RegisterFlagCompletionFunc(flag.Name, complete) // which only fails if there is no such flag
	})
}

func completionOf(words ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
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
	from, err := p.openSources(args[:1], 0)
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
