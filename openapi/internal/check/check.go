// Package check says whether a document is fit to generate a client from.
package check

import (
	"context"
	"errors"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// Document checks a merged and corrected document: OpenAPI's own rules, that
// each operation has an ID, a 2xx answer and security that is defined, and
// that each example and each default fits its schema. All faults that can be told apart are
// reported at once.
func Document(root map[string]any) error {
	if err := document.CheckReferences(root, func(pointer string) string { return pointer }); err != nil {
		return err // nothing else can be told of such a document
	}
	return errors.Join(operations(root), valid(root), examples(root))
}

// valid checks the rules of OpenAPI 3.1. Patterns need not be regular
// expressions of Go, for the standard's are those of ECMAScript; examples and
// defaults have their own check here; and pathItems among the components are
// new in 3.1, which the validator has missed.
func valid(root map[string]any) error {
	data, err := document.Canonical(root)
	if err != nil {
		return err
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return fmt.Errorf("the document can't be loaded: %w", err)
	}
	err = doc.Validate(context.Background(),
		openapi3.EnableMultiError(), openapi3.DisableExamplesValidation(), openapi3.DisableSchemaDefaultsValidation(),
		openapi3.DisableSchemaPatternValidation(), openapi3.AllowExtraSiblingFields("pathItems"))
	if err != nil {
		return fmt.Errorf("the document is not valid OpenAPI 3.1: %w", err)
	}
	return nil
}
