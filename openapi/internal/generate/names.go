package generate

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/sparkgo/spark-go/openapi/coverage"
	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// ownNames makes sure that no schema takes the Go name of a schema away that
// the facade uses: the generator would give both another name.
func ownNames(root map[string]any, facade coverage.Facade) error {
	used := map[string]bool{}
	for _, component := range document.Reached(root, facadeOperations(root, facade)) {
		used[component] = true
	}
	schemas, _ := document.Find(root, "/components/schemas")
	defined, _ := schemas.(map[string]any)
	byGoName := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(defined)) {
		byGoName[folded(name)] = append(byGoName[folded(name)], name)
	}
	var faults []error
	for _, goName := range slices.Sorted(maps.Keys(byGoName)) {
		names := byGoName[goName]
		if len(names) > 1 && slices.ContainsFunc(names, func(name string) bool { return used["schemas/"+name] }) {
			faults = append(faults, fmt.Errorf("the schemas %q have one name in Go, and the facade uses it: give the others a name by x-go-name in openapi/overlay.yaml", names))
		}
	}
	return errors.Join(faults...)
}

// facadeOperations are the operations that the facade has.
func facadeOperations(root map[string]any, facade coverage.Facade) []any {
	var operations []any
	paths, _ := root["paths"].(map[string]any)
	for _, value := range paths {
		item, _ := value.(map[string]any)
		for _, method := range page.Methods {
			operation, ok := item[method].(map[string]any)
			if id, _ := operation["operationId"].(string); ok && facade[id].Method != "" {
				operations = append(operations, operation)
			}
		}
	}
	return operations
}
