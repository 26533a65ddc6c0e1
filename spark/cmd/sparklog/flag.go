package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/sparkgo/spark-go/spark"
)

// textFlag is the value of a flag that must not be blank. Otherwise a filter would
// be dropped silently if a script gives it a variable that isn't set.
type textFlag string

func (t *textFlag) Set(value string) error {
	if strings.TrimSpace(value) == "" {
		return errors.New("it must not be blank")
	}
	*t = textFlag(value)
	return nil
}

func (t *textFlag) String() string { return string(*t) }
func (t *textFlag) Type() string   { return "text" }

// choiceFlag is the value of a flag that takes one of a few words.
type choiceFlag struct {
	value   string // at first the default
	allowed []string
}

func (c *choiceFlag) Set(value string) error {
	for _, allowed := range c.allowed {
		if value == allowed {
			c.value = value
			return nil
		}
	}
	return fmt.Errorf("expected %s", orList(c.allowed))
}

func (c *choiceFlag) String() string { return c.value }
func (c *choiceFlag) Type() string   { return strings.Join(c.allowed, "|") }

func (c *choiceFlag) register(command *cobra.Command, name, usage string) {
	command.Flags().Var(c, name, usage)
	// It only fails if there is no such flag.
	_ = command.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.allowed, cobra.ShellCompDirectiveNoFileComp))
}

// orList joins words, as in "a, b or c".
func orList(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// onlyOne refuses flags that exclude each other.
func onlyOne(flags *pflag.FlagSet, names ...string) error {
	var set []string
	for _, name := range names {
		if flags.Changed(name) {
			set = append(set, "--"+name)
		}
	}
	if len(set) > 1 {
		return usagef("%s can't be used together; give one of them", strings.Join(set, " and "))
	}
	return nil
}

// argument is an argument that isn't a flag, and where its value goes.
type argument struct {
	name string
	to   *string
}

// exactly accepts these arguments only.
func exactly(expected ...argument) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		var names []string
		for i, argument := range expected {
			if i >= len(args) {
				return usagef("%s is missing", argument.name)
			}
			*argument.to = args[i]
			names = append(names, argument.name)
		}
		switch {
		case len(args) == len(expected):
			return nil
		case names == nil:
			return usagef("unexpected argument %q", args[0])
		}
		return usagef("unexpected argument %q after %s", args[len(expected)], strings.Join(names, " "))
	}
}

// serviceFlags name a service: by the argument FOLDER/SERVICE, or by the flags
// --folder and --service for names with slashes.
type serviceFlags struct{ folder, service textFlag }

func (s *serviceFlags) register(command *cobra.Command) {
	command.Flags().Var(&s.folder, "folder", "`name` of the folder, instead of FOLDER/SERVICE")
	command.Flags().Var(&s.service, "service", "`name` of the service, instead of FOLDER/SERVICE")
}

// arguments accepts FOLDER/SERVICE, unless the flags name the service, and then the
// other arguments.
func (s *serviceFlags) arguments(others ...argument) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		if (s.folder == "") != (s.service == "") {
			return usagef("--folder and --service belong together; give both")
		}
		if s.folder != "" {
			return exactly(others...)(command, args)
		}
		var name string
		if err := exactly(append([]argument{{"FOLDER/SERVICE", &name}}, others...)...)(command, args); err != nil {
			return err
		}
		folder, service, found := strings.Cut(name, "/")
		if !found || folder == "" || service == "" || strings.Contains(service, "/") {
			return usagef("%q is not FOLDER/SERVICE; if a name contains a slash, use --folder and --service", name)
		}
		s.folder, s.service = textFlag(folder), textFlag(service)
		return nil
	}
}

func (s *serviceFlags) of(client *spark.Client) *spark.Service {
	return client.Service(string(s.folder), string(s.service))
}
