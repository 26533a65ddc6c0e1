package coverage

import (
	"fmt"
	"maps"
	"slices"
)

// Covered is what a facade covers of one operation: the names of the
// parameters and request fields that it can set, and of the answer fields that
// it can read.
type Covered struct {
	Parameters, RequestFields, AnswerFields []string
}

// Gaps says, one sentence each, what of the operations the facade leaves out,
// and what it claims to cover and the document doesn't have. The sentences say
// what to add and where. Covered is by operation ID.
func Gaps(operations []Operation, facade Facade, covered map[string]Covered) []string {
	var gaps []string
	known := map[string]bool{}
	for _, operation := range operations {
		known[operation.ID] = true
		gaps = append(gaps, operation.gaps(facade, covered)...)
	}
	for _, id := range slices.Sorted(maps.Keys(facade)) {
		if !known[id] {
			gaps = append(gaps, fmt.Sprintf("openapi/facade.yaml lists %s, which the document no longer has: take it out there, and retire the method", id))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(covered)) {
		if !known[id] {
			gaps = append(gaps, fmt.Sprintf("the coverage test covers %s, which the document no longer has: take it out of the test", id))
		}
	}
	return gaps
}

func (o Operation) gaps(facade Facade, covered map[string]Covered) []string {
	entry, listed := facade[o.ID]
	switch {
	case !listed:
		return []string{fmt.Sprintf("%s (%s %s) is reachable through gen only: give it a method in package spark and list it in openapi/facade.yaml, or list it there as exempt with a reason", o.ID, o.Method, o.Path)}
	case entry.Exempt != "":
		return nil
	}
	have := covered[o.ID]
	parameters, gaps := o.held(entry)
	gaps = append(gaps, missing(o.ID, "parameter", names(parameters), have.Parameters, "make it settable through "+settable(entry))...)
	gaps = append(gaps, missing(o.ID, "request field", names(o.RequestFields), have.RequestFields, "make it settable through "+settable(entry))...)
	return append(gaps, missing(o.ID, "answer field", names(o.AnswerFields), have.AnswerFields, "make it readable through "+readable(entry))...)
}

// held says what the generated method doesn't take yet, and gives the
// parameters that it takes.
func (o Operation) held(entry Entry) ([]Parameter, []string) {
	var taken []Parameter
	var gaps []string
	const add = "%s has %s, which the generated method doesn't take yet: add %q to takes of %s in openapi/facade.yaml, run make generate, and let spark.%s pass it on"
	for _, parameter := range o.Parameters {
		if parameter.In == "path" || slices.Contains(entry.Takes, TakesParameters) {
			taken = append(taken, parameter)
			continue
		}
		gaps = append(gaps, fmt.Sprintf(add, o.ID, "the parameter "+parameter.String(), TakesParameters, o.ID, entry.Method))
	}
	if len(o.RequestFields) > 0 && !slices.Contains(entry.Takes, TakesBody) {
		gaps = append(gaps, fmt.Sprintf(add, o.ID, "a request body", TakesBody, o.ID, entry.Method))
	}
	return taken, gaps
}

func settable(entry Entry) string {
	if entry.Request == "" {
		return "spark." + entry.Method
	}
	return "spark." + entry.Method + " or spark." + entry.Request
}

func readable(entry Entry) string {
	if entry.Answer == "" {
		return "spark." + entry.Method
	}
	return "spark." + entry.Answer
}

// named is what parameters and fields have in common.
type named interface {
	fmt.Stringer
	name() string
}

func (p Parameter) name() string { return p.Name }
func (f Field) name() string     { return f.Name }

func names[N named](list []N) []named {
	var found []named
	for _, element := range list {
		found = append(found, element)
	}
	return found
}

// missing compares what the document has with what is covered.
func missing(id, kind string, document []named, covered []string, advice string) []string {
	var gaps []string
	known := map[string]bool{}
	for _, element := range document {
		known[element.name()] = true
		if !slices.Contains(covered, element.name()) {
			gaps = append(gaps, fmt.Sprintf("%s has the %s %s, which the facade doesn't cover: %s, and add it to the coverage test", id, kind, element, advice))
		}
	}
	for _, name := range covered {
		if !known[name] {
			gaps = append(gaps, fmt.Sprintf("the coverage test covers the %s %s of %s, which the document no longer has: take it out of the test, and see what the facade should do without it", kind, name, id))
		}
	}
	return gaps
}
