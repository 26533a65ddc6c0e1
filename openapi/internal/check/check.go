// Package check says whether a document is fit to generate a client from.
package check

import (
	"context"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
)

// Document validates an OpenAPI 3.1 document: the specification's own rules,
// and that each operation has an ID and a 2xx answer.
func Document(data []byte) error {
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return fmt.Errorf("load document: %w", err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		return fmt.Errorf("document is not valid OpenAPI: %w", err)
	}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.OperationID == "" {
				return fmt.Errorf("%s %s has no operationId", method, path)
			}
			if !succeeds(operation) {
				return fmt.Errorf("%s has no 2xx answer", operation.OperationID)
			}
		}
	}
	return nil
}

func succeeds(operation *openapi3.Operation) bool {
	for status := range operation.Responses.Map() {
		if len(status) == 3 && status[0] == '2' {
			return true
		}
	}
	return false
}
