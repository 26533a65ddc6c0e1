package pipeline

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// supplementDir has the documents of operations that the vendor doesn't publish.
const supplementDir = "openapi/supplement"

// provenance is the member of an operation of ours that says where it was seen.
const provenance = "x-provenance"

// supplements reads our own documents, in the order of their names.
func (p Project) supplements() ([]*document.Document, error) {
	names, err := filepath.Glob(filepath.Join(p.Root, filepath.FromSlash(supplementDir), "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("list supplements: %w", err)
	}
	slices.Sort(names)
	var documents []*document.Document
	var faults []error
	for _, name := range names {
		file := path.Join(supplementDir, filepath.Base(name))
		data, err := p.read(file)
		if err != nil {
			return nil, err
		}
		doc, err := document.ParseYAML(file, 1, data)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		documents = append(documents, doc)
		page.EachOperation(doc.Root, func(path, method string, _, operation map[string]any) {
			pointer := "/paths/" + document.Escape(path) + "/" + method
			if reason, _ := operation[provenance].(string); reason == "" {
				faults = append(faults, fmt.Errorf("%s: %s: say in %s where the operation was seen", doc.Where(pointer), pointer, provenance))
			}
		})
	}
	return documents, errors.Join(faults...)
}
