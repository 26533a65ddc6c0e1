package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/facade"
	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// hold takes out of the generator's input what operations of the facade have
// grown beyond what it takes. A first parameter or a body would change the
// signatures of generated methods, and with them the facade and the emulator
// would stop compiling; held back, it fails the coverage test instead.
func hold(input map[string]any, known facade.List) []string {
	var notes []string
	page.EachOperation(input, func(_, _ string, item, operation map[string]any) {
		id, _ := operation["operationId"].(string)
		entry, listed := known[id]
		if !listed || entry.Method == "" {
			return
		}
		if !slices.Contains(entry.Takes, facade.TakesParameters) {
			if held := holdParameters(input, item, operation); len(held) > 0 {
				notes = append(notes, heldNote(id, "its parameters "+strings.Join(held, ", "), facade.TakesParameters))
			}
		}
		if _, ok := operation["requestBody"]; ok && !slices.Contains(entry.Takes, facade.TakesBody) {
			delete(operation, "requestBody")
			notes = append(notes, heldNote(id, "its body", facade.TakesBody))
		}
	})
	return notes
}

func heldNote(id, what, taken string) string {
	return fmt.Sprintf("%s: %s held back from gen/ until openapi/facade.yaml says that the facade takes %s", id, what, taken)
}

// holdParameters takes out the parameters outside of the path.
func holdParameters(input, item, operation map[string]any) []string {
	pushDown(input, item)
	parameters, _ := operation["parameters"].([]any)
	var kept []any
	var held []string
	for _, parameter := range parameters {
		object := document.Resolve(input, parameter)
		if object["in"] == "path" {
			kept = append(kept, parameter)
		} else {
			held = append(held, fmt.Sprint(object["name"]))
		}
	}
	operation["parameters"] = kept
	if len(kept) == 0 {
		delete(operation, "parameters")
	}
	return held
}

// pushDown moves the parameters of a path to its operations, so that one
// operation can do without them. An operation's own go before those.
func pushDown(input, item map[string]any) {
	shared, _ := item["parameters"].([]any)
	if len(shared) == 0 {
		return
	}
	delete(item, "parameters")
	for _, method := range page.Methods {
		operation, ok := item[method].(map[string]any)
		if !ok {
			continue
		}
		own, _ := operation["parameters"].([]any)
		all := slices.Clone(own)
		for _, parameter := range shared {
			if !slices.ContainsFunc(own, func(other any) bool { return sameParameter(input, parameter, other) }) {
				all = append(all, parameter)
			}
		}
		operation["parameters"] = all
	}
}

func sameParameter(input map[string]any, a, b any) bool {
	one, other := document.Resolve(input, a), document.Resolve(input, b)
	return one["in"] == other["in"] && one["name"] == other["name"]
}
