package check

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// operations checks what a client needs of each operation.
func operations(root map[string]any) error {
	schemes, _ := document.Find(root, "/components/securitySchemes")
	defined, _ := schemes.(map[string]any)
	paths, _ := root["paths"].(map[string]any)
	var faults []error
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item, _ := paths[path].(map[string]any)
		for _, method := range page.Methods {
			operation, ok := item[method].(map[string]any)
			if !ok {
				continue
			}
			name := method + " " + path
			if id, _ := operation["operationId"].(string); id == "" {
				faults = append(faults, fmt.Errorf("%s has no operationId", name))
			} else {
				name = id
			}
			if !succeeds(operation) {
				faults = append(faults, fmt.Errorf("%s has no 2xx answer: no answer of it would count as success", name))
			}
			faults = append(faults, secured(name, operation, root, defined))
		}
	}
	return errors.Join(faults...)
}

func succeeds(operation map[string]any) bool {
	responses, _ := operation["responses"].(map[string]any)
	for status := range responses {
		if len(status) == 3 && status[0] == '2' {
			return true
		}
	}
	return false
}

func secured(name string, operation, root, defined map[string]any) error {
	security, ok := operation["security"].([]any)
	if !ok {
		security, ok = root["security"].([]any)
	}
	if !ok {
		return fmt.Errorf("%s has no security, and neither has the document: expected a list, an empty one for a public operation", name)
	}
	var missing []string
	for _, value := range security {
		alternative, _ := value.(map[string]any)
		for scheme := range alternative {
			if _, exists := defined[scheme]; !exists && !slices.Contains(missing, scheme) {
				missing = append(missing, scheme)
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return fmt.Errorf("%s requires the security scheme %s, which components/securitySchemes doesn't define: define it in openapi/overlay.yaml", name, strings.Join(missing, " and "))
}
