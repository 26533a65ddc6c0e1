package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// argument is one that a command takes beside its flags, and where it goes.
type argument struct {
	name string
	to   *string
}

// takes wants exactly these arguments.
func takes(wanted ...argument) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		for i, value := range args {
			if i >= len(wanted) {
				return usagef("%q is one argument too many%s", value, after(wanted))
			}
			*wanted[i].to = value
		}
		if len(args) < len(wanted) {
			return usagef("%s is missing", wanted[len(args)].name)
		}
		return nil
	}
}

func after(arguments []argument) string {
	if len(arguments) == 0 {
		return ""
	}
	names := make([]string, len(arguments))
	for i, argument := range arguments {
		names[i] = argument.name
	}
	return " after " + strings.Join(names, " ")
}
