package merge

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// Provenance is the member of an operation of ours that says where it was seen.
const Provenance = "x-provenance"

// Overtaken returns an error for each operation of a supplement that the vendor has
// published by now: one with the same path, whatever its method and the names of
// its parameters, or one with the same ID.
func (r *Result) Overtaken(supplement *document.Document) []error {
	published := map[string][2]string{} // how to call the operation, and its pointer, by path and by ID
	page.EachOperation(r.Root, func(path, method string, _, operation map[string]any) {
		if operation[Provenance] != nil { // it is ours, in a merged document
			return
		}
		pointer, id := page.Pointer(path, method), stringOf(operation["operationId"])
		published[pathKey(path)] = [2]string{path, pointer}
		published[id] = [2]string{id, pointer}
	})
	var faults []error
	page.EachOperation(supplement.Root, func(path, method string, _, operation map[string]any) {
		found, ok := published[pathKey(path)]
		if !ok {
			found, ok = published[stringOf(operation["operationId"])]
		}
		if ok {
			place, _ := r.Where(found[1])
			faults = append(faults, fmt.Errorf("%s: the vendor publishes %s now (%s): take our operation out of this file, and let package spark use the published one",
				supplement.Where(page.Pointer(path, method)), found[0], place))
		}
	})
	return faults
}

var pathParameter = regexp.MustCompile(`\{[^}]*\}`)

// pathKey returns a path without the names of its parameters, in lower case.
func pathKey(path string) string {
	return strings.ToLower(pathParameter.ReplaceAllString(path, "{}"))
}
