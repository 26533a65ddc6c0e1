package compare

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/sparkgo/spark-go/openapi/coverage"
	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/surface"
)

// steps says what a maintainer has to do next.
func (r *Report) steps(b *strings.Builder) {
	b.WriteString("\nWhat to do next\n")
	steps := r.operationSteps()
	steps = append(steps, r.goSteps()...)
	steps = append(steps, "run make test: the coverage test of package spark names what the facade leaves out")
	number := 0
	for i, step := range steps {
		if slices.Contains(steps[:i], step) {
			continue
		}
		number++
		fmt.Fprintf(b, "  %d. %s\n", number, step)
	}
}

func (r *Report) operationSteps() []string {
	byOperation := map[string][]Change{}
	for _, change := range slices.Concat(r.Published, r.Corrected) {
		byOperation[change.Operation] = append(byOperation[change.Operation], change)
	}
	var steps, unlisted, gone []string
	for _, operation := range slices.Sorted(maps.Keys(byOperation)) {
		changes := byOperation[operation]
		entry, listed := r.facade[operation]
		switch {
		case operation == "":
		case listed:
			steps = append(steps, facadeSteps(operation, entry, changes)...)
		case changes[0].Kind == Renamed && changes[0].Part == PartOperation:
			steps = append(steps, fmt.Sprintf("%s is the new ID of %s: change it in openapi/facade.yaml, in openapi/overlay.yaml and wherever package spark calls it", operation, changes[0].Name))
		case changes[0].Kind == Removed && changes[0].Part == PartOperation:
			gone = append(gone, operation)
		default:
			unlisted = append(unlisted, operation)
		}
	}
	if len(unlisted) > 0 {
		steps = append(steps, enumerate(unlisted)+": reachable through gen only; give each a method in package spark and list it in openapi/facade.yaml, or list it there as exempt with a reason")
	}
	if len(gone) > 0 {
		steps = append(steps, enumerate(gone)+": gone, and the facade never had them; tell those who call them through gen")
	}
	if changes := byOperation[""]; len(changes) > 0 {
		steps = append(steps, documentStep(changes))
	}
	return steps
}

func documentStep(changes []Change) string {
	var names []string
	for _, change := range changes {
		names = append(names, change.Name)
	}
	return "look whether anything depends on " + enumerate(names)
}

// facadeSteps are for an operation that the facade has.
func facadeSteps(operation string, entry coverage.Entry, changes []Change) []string {
	if entry.Exempt != "" {
		return []string{fmt.Sprintf("%s is exempt from the facade (%s): look whether the reason still holds", operation, entry.Exempt)}
	}
	method := "spark." + entry.Method
	var steps []string
	request, answer := method, method
	if entry.Request != "" {
		request += ", spark." + entry.Request
	}
	if entry.Answer != "" {
		answer += ", spark." + entry.Answer
	}
	for _, group := range []struct {
		part  Part
		kinds []Kind
		text  string
	}{
		{PartOperation, []Kind{Removed}, method + ": " + operation + " is gone: retire the method and take it out of openapi/facade.yaml"},
		{PartOperation, []Kind{Moved, Limited}, method + ": look whether it still calls " + operation + " rightly"},
		{PartRequest, []Kind{Added}, request + ": make settable %s"},
		{PartRequest, []Kind{Removed, Renamed, Retyped, Required, Optional, Limited}, request + ": adapt to the changed %s"},
		{PartAnswer, []Kind{Added}, answer + ": make readable %s"},
		{PartAnswer, []Kind{Removed, Renamed, Retyped, Required, Optional, Limited}, answer + ": adapt to the changed %s"},
	} {
		names := selected(changes, group.part, group.kinds)
		if len(names) == 0 {
			continue
		}
		text := group.text
		if strings.Contains(text, "%s") {
			text = fmt.Sprintf(text, enumerate(names))
		}
		steps = append(steps, text)
	}
	if reworded := selected(changes, -1, []Kind{Reworded}); len(reworded) > 0 {
		steps = append(steps, method+": look whether its doc comments still hold, for "+operation+" is described in other words")
	}
	return steps
}

// selected are the names of the changes of some kinds; part -1 stands for all parts.
func selected(changes []Change, part Part, kinds []Kind) []string {
	var names []string
	for _, change := range changes {
		if (part < 0 || change.Part == part) && slices.Contains(kinds, change.Kind) {
			name := change.Name
			if name == "" {
				name = "body"
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

func enumerate(names []string) string {
	const most = 8
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// goSteps say which facade methods use Go types that changed.
func (r *Report) goSteps() []string {
	users := r.users()
	var steps []string
	for _, change := range r.Go {
		if !change.Breaks {
			continue
		}
		var methods []string
		for _, user := range users {
			if user.uses(change.Type) && !slices.Contains(methods, user.method) {
				methods = append(methods, user.method)
			}
		}
		if len(methods) > 0 {
			steps = append(steps, fmt.Sprintf("gen.%s changes in Go: look at %s", change.Type, strings.Join(methods, ", ")))
		}
	}
	return steps
}

// user is a facade method together with what it uses of the document: its
// operation and the components that the operation reaches, by folded names.
type user struct {
	method, operation string
	components        map[string]bool
}

func (r *Report) users() []user {
	var users []user
	for _, operation := range surface.Operations(r.newer) {
		entry := r.facade[operation.ID]
		if entry.Method == "" {
			continue
		}
		user := user{method: "spark." + entry.Method, operation: folded(operation.ID), components: map[string]bool{}}
		item, _ := document.Find(r.newer, "/paths/"+document.Escape(operation.Path))
		for _, component := range document.Reached(r.newer, item) {
			_, name, _ := strings.Cut(component, "/")
			user.components[folded(name)] = true
		}
		users = append(users, user)
	}
	return users
}

// uses reports whether a Go type is named for the operation, or for a
// component that it reaches.
func (u user) uses(goType string) bool {
	name := folded(goType)
	return strings.Contains(name, u.operation) || u.components[name]
}

// folded is what a name in the document and its Go name have in common.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
