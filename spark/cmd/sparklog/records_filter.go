package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
)

// entryFilter are the flags that choose entries.
type entryFilter struct {
	periodFlags
	outcomeFlags
	where []condition
}

func (f *entryFilter) register(flags *pflag.FlagSet) {
	flags.Func("where", "calls that meet this `condition`, such as inputs.policy=123 or 'outputs.premium > 1000'; if repeated, all conditions", f.addCondition)
	f.outcomeFlags.register(flags)
	f.periodFlags.register(flags)
}

// isSet reports whether the filter may reject an entry.
func (f *entryFilter) isSet() bool {
	return len(f.where) > 0 || f.errors != "" || f.warnings != "" || f.from.isSet() || f.to.isSet()
}

// compile returns a function that reports whether an entry matches.
func (f *entryFilter) compile() func(entry) bool {
	from, to := f.bounds()
	return func(e entry) bool {
		call := e.fields()
		switch {
		case !from.IsZero() && call.time.Before(from), !to.IsZero() && (call.time.IsZero() || call.time.After(to)):
			return false
		case f.errors != "" && (call.errors != "") != (f.errors == "only"):
			return false
		case f.warnings != "" && (call.warnings != "") != (f.warnings == "only"):
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

// condition compares an input or an output with a value.
type condition struct {
	path     valuePath
	operator string
	text     string
	quoted   bool // the text is in double quotes, so that it is never a number
	number   decimal.Decimal
	isNumber bool
}

// addCondition adds the value of a --where flag.
func (f *entryFilter) addCondition(text string) error {
	at := strings.IndexAny(text, "=!<>~")
	if at < 0 {
		return errors.New("expected a path, one of = != < <= > >= ~ (contains), and a value, such as inputs.policy=123")
	}
	path, err := parsePath(strings.TrimSpace(text[:at]))
	if err != nil {
		return err
	}
	parsed := condition{path: path, operator: text[at : at+1]}
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
	f.where = append(f.where, parsed)
	return nil
}

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
