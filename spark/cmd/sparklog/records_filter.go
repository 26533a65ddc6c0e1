package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
)

// entryFilter are the flags that choose entries.
type entryFilter struct {
	periodFlags
	where            conditionsFlag
	errors, warnings choiceFlag
}

func (f *entryFilter) register(command *cobra.Command) {
	f.errors = choiceFlag{allowed: []string{"only", "none"}}
	f.warnings = f.errors
	command.Flags().Var(&f.where, "where", "calls that meet this `condition`, such as inputs.policy=123 or 'outputs.premium > 1000'; if repeated, all conditions")
	f.errors.register(command, "errors", "only calls with errors (only) or only calls without (none)")
	f.warnings.register(command, "warnings", "only calls with warnings (only) or only calls without (none)")
	f.periodFlags.register(command.Flags())
}

// isSet reports whether the filter may reject an entry.
func (f *entryFilter) isSet() bool {
	return len(f.where) > 0 || f.errors.value != "" || f.warnings.value != "" || f.from.isSet() || f.to.isSet()
}

// compile returns a function that reports whether an entry matches.
func (f *entryFilter) compile() func(entry) bool {
	from, to := f.bounds()
	return func(e entry) bool {
		at, failed, warned := outcomeOf(e)
		switch {
		case !from.IsZero() && at.Before(from), !to.IsZero() && (at.IsZero() || at.After(to)):
			return false
		case f.errors.value != "" && failed != (f.errors.value == "only"):
			return false
		case f.warnings.value != "" && warned != (f.warnings.value == "only"):
			return false
		}
		for i := range f.where {
			if !f.where[i].isMet(e) {
				return false
			}
		}
		return true
	}
}

// outcomeOf returns when a call was logged, and whether it has errors and warnings.
func outcomeOf(e entry) (at time.Time, failed, warned bool) {
	switch e := e.(type) {
	case callEntry:
		return e.LogTime, len(e.Errors) > 0, len(e.Warnings) > 0
	case rowEntry:
		return e.LogTime, e.ErrorDetails != "", e.WarningDetails != ""
	}
	return time.Time{}, false, false
}

// condition compares an input or an output with a value.
type condition struct {
	path     valuePath
	operator string
	text     string
	quoted   bool // the text is in double quotes, so that it is never a number
	number   decimal.Decimal
	isNumber bool
}

// conditionsFlag is the value of all --where flags.
type conditionsFlag []condition

func (c *conditionsFlag) Set(text string) error {
	at := strings.IndexAny(text, "=!<>~")
	if at < 0 {
		return errors.New("expected a path, one of = != < <= > >= ~ (contains), and a value, such as inputs.policy=123")
	}
	var parsed condition
	if err := parsed.path.Set(strings.TrimSpace(text[:at])); err != nil {
		return err
	}
	parsed.operator = text[at : at+1]
	if strings.HasPrefix(text[at+1:], "=") && parsed.operator != "=" && parsed.operator != "~" {
		parsed.operator += "="
	}
	if parsed.operator == "!" {
		return errors.New("! is not an operator; use !=")
	}
	parsed.text = strings.TrimSpace(text[at+len(parsed.operator):])
	if parsed.text != "" && strings.Contains("=~<>", parsed.text[:1]) {
		return fmt.Errorf("%s%s is not an operator; use one of = != < <= > >= ~, or put a value that begins with %[2]s in double quotes", parsed.operator, parsed.text[:1])
	}
	parsed.quoted = strings.HasPrefix(parsed.text, `"`) && json.Unmarshal([]byte(parsed.text), &parsed.text) == nil
	if !parsed.quoted {
		parsed.number, parsed.isNumber = decimal.Parse(parsed.text)
	}
	*c = append(*c, parsed)
	return nil
}

func (c *conditionsFlag) String() string {
	var texts []string
	for _, each := range *c {
		texts = append(texts, each.path.String()+each.operator+each.text)
	}
	return strings.Join(texts, " ")
}

func (c *conditionsFlag) Type() string { return "condition" }

// isMet reports whether an entry meets the condition. A call without the value meets
// none.
func (c *condition) isMet(e entry) bool {
	value, ok := c.path.in(e)
	if !ok {
		return false
	}
	text, isText := value.String(), strings.HasPrefix(string(value.JSON()), `"`)
	switch c.operator {
	case "~":
		return strings.Contains(text, c.text)
	case "=":
		return c.equals(text, isText)
	case "!=":
		return !c.equals(text, isText)
	}
	order, ok := strings.Compare(text, c.text), isText
	if c.isNumber { // a text may be a number too, as in "1000"
		var number decimal.Decimal
		number, ok = decimal.Parse(text)
		order = number.Compare(c.number)
	}
	switch c.operator {
	case "<":
		return ok && order < 0
	case "<=":
		return ok && order <= 0
	case ">":
		return ok && order > 0
	}
	return ok && order >= 0
}

// equals compares two numbers by their exact values, and anything else as text.
func (c *condition) equals(text string, isText bool) bool {
	if number, ok := decimal.Parse(text); ok && c.isNumber && !isText {
		return number == c.number
	}
	return text == c.text && (isText || !c.quoted)
}

// pathsFlag is the value of --show: paths separated by commas, or given one by one.
type pathsFlag []valuePath

// Set takes a comma for a part of a name unless a path begins after it.
func (p *pathsFlag) Set(text string) error {
	var names []string
	for part := range strings.SplitSeq(text, ",") {
		begins := strings.TrimSpace(part)
		if strings.HasPrefix(begins, "inputs.") || strings.HasPrefix(begins, "outputs.") || names == nil {
			names = append(names, begins)
		} else {
			names[len(names)-1] += "," + part
		}
	}
	for _, name := range names {
		var path valuePath
		if err := path.Set(name); err != nil {
			return err
		}
		if !slices.Contains(*p, path) {
			*p = append(*p, path)
		}
	}
	return nil
}

func (p *pathsFlag) String() string {
	names := make([]string, len(*p))
	for i := range *p {
		names[i] = (*p)[i].String()
	}
	return strings.Join(names, ",")
}

func (p *pathsFlag) Type() string { return "path" }

// valueAt returns the value of an entry at a path, or nil if there is none.
func valueAt(e entry, path valuePath) any {
	if value, ok := path.in(e); ok && !value.IsNull() {
		return value
	}
	return nil
}

// usedPaths finds out whether paths that the user gave occur in any entry.
type usedPaths struct {
	missing []valuePath
	known   knownPaths
}

func (u *usedPaths) add(e entry) {
	if len(u.missing) == 0 {
		return
	}
	u.missing = slices.DeleteFunc(u.missing, func(path valuePath) bool {
		_, ok := path.in(e)
		return ok
	})
	if len(u.missing) > 0 {
		u.known.add(e)
	}
}
