package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/spark/record"
)

// The parts of a call in which there are values.
const (
	inputsSection  = "inputs"
	outputsSection = "outputs"
)

// valuePath names an input or an output of a call, such as
// outputs.premium, or a value inside of one, such as inputs.drivers[0].age. A name
// may contain dots and brackets itself: the longest name that occurs is used.
type valuePath struct{ section, names string }

var pathKind = flagKind[valuePath]{"path", parsePath}

func parsePath(text string) (valuePath, error) {
	section, names, _ := strings.Cut(text, ".")
	if section != inputsSection && section != outputsSection || names == "" {
		return valuePath{}, errors.New("expected the path of an input or output, such as outputs.premium or inputs.drivers[0].age")
	}
	return valuePath{section, names}, nil
}

func (p valuePath) String() string {
	if p.names == "" {
		return ""
	}
	return p.section + "." + p.names
}

// in returns the value of a call at this path, and whether the call has one. The
// value may be null, as an empty field of a CSV file is.
func (p valuePath) in(e entry) (record.Value, bool) {
	return lookUp(func(name string) (record.Value, bool) { return e.value(p.section, name) }, p.names)
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
		return lookUp(membersOf(outer).Get, name)
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

// membersOf returns the members of an object, or none for any other value.
func membersOf(value record.Value) (members record.Values) {
	_ = members.UnmarshalJSON(value.JSON())
	return members
}

// itemsOf returns the items of a list, or nil for any other value.
func itemsOf(value record.Value) []record.Value {
	var items []record.Value
	if strings.HasPrefix(value.String(), "[") {
		_ = json.Unmarshal(value.JSON(), &items) // which a string that begins with [ fails
	}
	return items
}

// pathsFlag is the value of --show: paths separated by commas, or given one by one.
type pathsFlag []valuePath

// set takes a comma for a part of a name unless a path begins after it.
func (p *pathsFlag) set(text string) error {
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
		path, err := parsePath(name)
		if err != nil {
			return err
		}
		if !slices.Contains(*p, path) {
			*p = append(*p, path)
		}
	}
	return nil
}

// in returns the values of a call at the paths, or nil where it has none.
func (p pathsFlag) in(e entry) []any {
	values := make([]any, len(p))
	for i, path := range p {
		if value, ok := path.in(e); ok && !value.IsNull() {
			values[i] = value
		}
	}
	return values
}

// usedPaths finds out whether paths that the user gave occur in any call. The zero value
// has none to find.
type usedPaths struct {
	missing []valuePath
	known   knownPaths
	calls   int
}

func (u *usedPaths) add(e entry) {
	u.calls++
	u.missing = slices.DeleteFunc(u.missing, func(path valuePath) bool {
		_, ok := path.in(e)
		return ok
	})
	if len(u.missing) > 0 {
		u.known.add(e)
	}
}

// err returns an error if there are calls and none has one of the paths.
func (u *usedPaths) err() error {
	if len(u.missing) == 0 || u.calls == 0 {
		return nil
	}
	return u.known.missing(u.missing[0])
}

// knownPaths collects the paths of calls. The zero value has none.
type knownPaths struct {
	paths []string
	seen  map[valuePath]bool // the inputs and outputs whose paths are known
}

const (
	maxKnownPaths   = 1000
	maxNamedPaths   = 12
	maxInsideLevels = 5
)

// add collects the paths of a call: of each input and output, and of the values inside
// the first one of its name.
func (k *knownPaths) add(e entry) {
	if k.seen == nil {
		k.seen = map[valuePath]bool{}
	}
	for path, value := range e.values() {
		if path.names != "" && !k.seen[path] && len(k.seen) < maxKnownPaths {
			k.seen[path] = true
			k.addInside(path.String(), value, maxInsideLevels)
		}
	}
}

func (k *knownPaths) addInside(path string, value record.Value, levels int) {
	if len(k.paths) >= maxKnownPaths {
		return
	}
	if levels == 0 {
		value = record.Value{}
	}
	members, items := membersOf(value), itemsOf(value)
	for name, member := range members.All() {
		k.addInside(path+"."+name, member, levels-1)
	}
	if len(items) > 0 {
		k.addInside(path+"[0]", items[0], levels-1)
	}
	if members.Len() == 0 && len(items) == 0 {
		k.paths = append(k.paths, path)
	}
}

// missing returns the error for a path that no call has.
func (k *knownPaths) missing(path valuePath) error {
	problem := "no call has " + printable(path.String())
	if len(k.paths) == 0 {
		return errors.New(problem + ": there are no inputs and no outputs")
	}
	for _, known := range k.paths {
		if strings.EqualFold(known, path.String()) {
			return fmt.Errorf("%s; did you mean %s?", problem, printable(known))
		}
	}
	named := printables(k.paths[:min(len(k.paths), maxNamedPaths)])
	more := ""
	if n := len(k.paths) - len(named); n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return fmt.Errorf("%s; there are %s%s", problem, strings.Join(named, ", "), more)
}
