package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/spark/record"
)

// valuePath is a flag's value that names an input or an output of a call, such as
// outputs.premium, or a value inside of one, such as inputs.drivers[0].age. A name
// may contain dots and brackets itself: the longest name that occurs is used.
type valuePath struct {
	section sectionName
	names   string // behind the section
}

// sectionName is the part of a call in which a value is.
type sectionName string

const (
	inputsSection  sectionName = "inputs"
	outputsSection sectionName = "outputs"
)

func (p *valuePath) Set(text string) error {
	section, names, _ := strings.Cut(text, ".")
	*p = valuePath{sectionName(section), names}
	if p.section != inputsSection && p.section != outputsSection || names == "" {
		return errors.New("expected the path of an input or output, such as outputs.premium or inputs.drivers[0].age")
	}
	return nil
}

func (p *valuePath) String() string {
	if p.names == "" {
		return ""
	}
	return string(p.section) + "." + p.names
}

func (p *valuePath) Type() string { return "path" }

// in returns the value of a record at this path, and whether the record has one. The
// value may be null, as an empty field of a CSV file is.
func (p *valuePath) in(e entry) (record.Value, bool) {
	switch e := e.(type) {
	case callEntry:
		return lookUp(e.values(p.section).Get, p.names)
	case rowEntry:
		return lookUp(func(name string) (record.Value, bool) { return e.value(p.section, name) }, p.names)
	}
	return record.Value{}, false
}

func (c callEntry) values(section sectionName) record.Values {
	if section == inputsSection {
		return c.Inputs
	}
	return c.Outputs
}

// value returns the value in a column of the model. A CSV file doesn't say whether a
// column is an input or an output. If both have the same name, the input comes first.
func (r rowEntry) value(section sectionName, name string) (value record.Value, ok bool) {
	for column, text := range r.All() {
		if column != name {
			continue
		}
		value, ok = cellValue(text), true
		if section == inputsSection {
			break
		}
	}
	return value, ok
}

// cellValue returns the JSON that a field of a CSV file contains, or else its text.
func cellValue(text string) (value record.Value) {
	text = strings.TrimSpace(text)
	if text == "" {
		text = "null"
	}
	if value.UnmarshalJSON([]byte(text)) != nil {
		quoted, _ := json.Marshal(text) // which can't fail for a string
		_ = value.UnmarshalJSON(quoted)
	}
	return value
}

// lookUp returns the value at a path that begins with a name.
func lookUp(get func(name string) (record.Value, bool), path string) (record.Value, bool) {
	if value, ok := get(path); ok {
		return value, true
	}
	for i := len(path) - 1; i > 0; i-- {
		if path[i] != '.' && path[i] != '[' {
			continue
		}
		if outer, ok := get(path[:i]); ok {
			if value, ok := lookInside(outer, path[i:]); ok {
				return value, true
			}
		}
	}
	return record.Value{}, false
}

// lookInside returns the value at a path that begins with a dot or an index.
func lookInside(outer record.Value, path string) (record.Value, bool) {
	if name, ok := strings.CutPrefix(path, "."); ok {
		var members record.Values
		_ = members.UnmarshalJSON(outer.JSON()) // what isn't an object has no members
		return lookUp(members.Get, name)
	}
	number, inner, closed := strings.Cut(path[1:], "]")
	index, err := strconv.Atoi(number)
	items := itemsOf(outer)
	switch {
	case path[0] != '[' || !closed || err != nil || index < 0 || index >= len(items):
		return record.Value{}, false
	case inner == "":
		return items[index], true
	}
	return lookInside(items[index], inner)
}

// itemsOf returns the items of a list, or nil for any other value.
func itemsOf(value record.Value) []record.Value {
	var items []record.Value
	if strings.HasPrefix(value.String(), "[") {
		_ = json.Unmarshal(value.JSON(), &items) // which a string that begins with [ fails
	}
	return items
}

// knownPaths collects the paths of records. The zero value has none.
type knownPaths struct {
	paths []string
	seen  map[valuePath]bool // the inputs and outputs whose paths are known
}

// add collects the paths of a record: of each input and output, and of the values
// inside the first one of its name.
func (k *knownPaths) add(e entry) {
	switch e := e.(type) {
	case callEntry:
		for _, section := range []sectionName{outputsSection, inputsSection} {
			for name, value := range e.values(section).All() {
				k.addValue(valuePath{section, name}, value)
			}
		}
	case rowEntry:
		for name, text := range e.All() {
			k.addValue(valuePath{outputsSection, name}, cellValue(text))
		}
	}
}

const (
	maxKnownPaths   = 1000
	maxNamedPaths   = 12
	maxInsideLevels = 5
)

func (k *knownPaths) addValue(path valuePath, value record.Value) {
	if k.seen == nil {
		k.seen = map[valuePath]bool{}
	}
	if path.names != "" && !k.seen[path] && len(k.seen) < maxKnownPaths {
		k.seen[path] = true
		k.addInside(path.String(), value, maxInsideLevels)
	}
}

func (k *knownPaths) addInside(path string, value record.Value, levels int) {
	if len(k.paths) >= maxKnownPaths {
		return
	}
	if levels == 0 {
		value = record.Value{}
	}
	var members record.Values
	_ = members.UnmarshalJSON(value.JSON()) // what isn't an object has no members
	for name, member := range members.All() {
		k.addInside(path+"."+name, member, levels-1)
	}
	items := itemsOf(value)
	if len(items) > 0 {
		k.addInside(path+"[0]", items[0], levels-1)
	}
	if members.Len() == 0 && len(items) == 0 {
		k.paths = append(k.paths, path)
	}
}

// missing returns the error for a path that no record has.
func (k *knownPaths) missing(path valuePath) error {
	if len(k.paths) == 0 {
		return fmt.Errorf("no call has %s: there are no inputs and no outputs", printable(path.String()))
	}
	named := make([]string, 0, maxNamedPaths)
	for _, known := range k.paths {
		if strings.EqualFold(known, path.String()) {
			return fmt.Errorf("no call has %s; did you mean %s?", printable(path.String()), printable(known))
		}
		if len(named) < maxNamedPaths {
			named = append(named, printable(known))
		}
	}
	more := ""
	if n := len(k.paths) - len(named); n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return fmt.Errorf("no call has %s; there are %s%s", printable(path.String()), strings.Join(named, ", "), more)
}
