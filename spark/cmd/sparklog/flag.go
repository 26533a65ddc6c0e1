package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/sparkgo/spark-go/spark"
)

// flagKind is a kind of value that flags have.
type flagKind[T any] struct {
	name  string // in the help, unless the usage names the value
	parse func(text string) (T, error)
}

// add adds a flag. The value is its default, as users write it; it may be "".
func (k flagKind[T]) add(flags *pflag.FlagSet, to *T, name, value, usage string) {
	if value != "" {
		*to, _ = k.parse(value) // a default can be parsed
	}
	flags.Var(&flagValue[T]{k, to, value}, name, usage)
}

// flagValue implements [pflag.Value] for any type.
type flagValue[T any] struct {
	kind flagKind[T]
	to   *T
	text string
}

func (f *flagValue[T]) Set(text string) error {
	value, err := f.kind.parse(text)
	if err == nil {
		*f.to, f.text = value, text
	}
	return err
}

func (f *flagValue[T]) String() string { return f.text }
func (f *flagValue[T]) Type() string   { return f.kind.name }

// textKind is a text that must not be blank. Otherwise a filter would be dropped silently
// if a script gives it a variable that isn't set.
var textKind = flagKind[string]{"text", func(text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", errors.New("it must not be blank")
	}
	return text, nil
}}

// choiceKind is one of a few words. The help and shells name them.
func choiceKind(words ...string) flagKind[string] {
	return flagKind[string]{strings.Join(words, "|"), func(text string) (string, error) { return text, checkChoice(text, words) }}
}

// checkChoice returns an error if a word isn't one of a few.
func checkChoice(word string, words []string) error {
	if slices.Contains(words, word) {
		return nil
	}
	last := len(words) - 1
	return fmt.Errorf("expected %s or %s", strings.Join(words[:last], ", "), words[last])
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

// exactly accepts as many arguments as there are names.
func exactly(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return usagef("%s is missing", names[len(args)])
		case len(args) == len(names):
			return nil
		case len(names) == 0:
			return usagef("unexpected argument %q", args[0])
		}
		return usagef("unexpected argument %q after %s", args[len(names)], strings.Join(names, " "))
	}
}

// serviceFlags name a service: by the argument FOLDER/SERVICE, or by the flags
// --folder and --service for names with slashes.
type serviceFlags struct{ folder, service string }

func (s *serviceFlags) register(flags *pflag.FlagSet) {
	textKind.add(flags, &s.folder, "folder", "", "`name` of the folder, instead of FOLDER/SERVICE")
	textKind.add(flags, &s.service, "service", "", "`name` of the service, instead of FOLDER/SERVICE")
}

// arguments accepts FOLDER/SERVICE, unless the flags name the service, and then the
// other arguments.
func (s *serviceFlags) arguments(others ...string) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		if (s.folder == "") != (s.service == "") {
			return usagef("--folder and --service belong together; give both")
		}
		if s.folder != "" {
			return exactly(others...)(command, args)
		}
		if err := exactly(append([]string{"FOLDER/SERVICE"}, others...)...)(command, args); err != nil {
			return err
		}
		folder, service, found := strings.Cut(args[0], "/")
		if !found || folder == "" || service == "" || strings.Contains(service, "/") {
			return usagef("%q is not FOLDER/SERVICE; if a name contains a slash, use --folder and --service", args[0])
		}
		s.folder, s.service = folder, service
		return nil
	}
}

func (s *serviceFlags) of(client *spark.Client) *spark.Service {
	return client.Service(s.folder, s.service)
}

// callFlags choose calls on the platform, for list and export.
type callFlags struct {
	periodFlags
	outcomeFlags
	user, purpose, versionID string
}

func (c *callFlags) register(flags *pflag.FlagSet) {
	c.periodFlags.register(flags)
	textKind.add(flags, &c.user, "user", "", "calls by the user with this `name`")
	textKind.add(flags, &c.purpose, "purpose", "", "calls with this `text` as call purpose")
	textKind.add(flags, &c.versionID, "version-id", "", "calls of the service version with this `ID`")
	c.outcomeFlags.register(flags)
}

// filter returns the filter for an export.
func (c *callFlags) filter() spark.Filter {
	from, to := c.bounds()
	presences := map[string]spark.Presence{"only": spark.Yes, "none": spark.No}
	return spark.Filter{
		From: from, To: to, User: c.user, Purpose: c.purpose, VersionID: c.versionID,
		HasErrors: presences[c.errors], HasWarnings: presences[c.warnings],
	}
}

// outcomeFlags choose calls by whether they have errors or warnings.
type outcomeFlags struct{ errors, warnings string }

func (o *outcomeFlags) register(flags *pflag.FlagSet) {
	kind := choiceKind("only", "none")
	kind.add(flags, &o.errors, "errors", "", "calls with errors (only) or without errors (none)")
	kind.add(flags, &o.warnings, "warnings", "", "calls with warnings (only) or without warnings (none)")
}
