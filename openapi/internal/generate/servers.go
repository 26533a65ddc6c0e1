package generate

import (
	"fmt"
	"maps"
	"slices"

	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// serverNotes tell of operations with servers of their own: the generated
// client sends everything to the one address that it is given.
func serverNotes(input map[string]any) []string {
	var notes []string
	paths, _ := input["paths"].(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item, _ := paths[path].(map[string]any)
		for _, method := range page.Methods {
			operation, ok := item[method].(map[string]any)
			if !ok || item["servers"] == nil && operation["servers"] == nil {
				continue
			}
			notes = append(notes, fmt.Sprintf("%s has servers of its own: call it through a gen.Client that is given their address", operation["operationId"]))
		}
	}
	return notes
}
