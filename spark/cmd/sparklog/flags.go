package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// text is the value of a flag that must not be blank: with a variable in a
// script that isn't set, a filter would else be dropped without a word.
type text string

func (t *text) Set(value string) error {
	if strings.TrimSpace(value) == "" {
		return errors.New("it is blank")
	}
	*t = text(value)
	return nil
}

func (t *text) String() string { return string(*t) }
func (t *text) Type() string   { return "text" }

// choice is the value of a flag that takes one of a few words.
type choice struct {
	value   string
	allowed []string
}

func (c *choice) Set(value string) error {
	for _, allowed := range c.allowed {
		if value == allowed {
			c.value = value
			return nil
		}
	}
	return fmt.Errorf("expected %s", strings.Join(c.allowed, " or "))
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return strings.Join(c.allowed, "|") }

// addChoice gives a command such a flag. Its value is the default.
func addChoice(command *cobra.Command, c *choice, name, usage string) {
	command.Flags().Var(c, name, usage)
	// It only fails for a flag that isn't there.
	_ = command.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.allowed, cobra.ShellCompDirectiveNoFileComp))
}
