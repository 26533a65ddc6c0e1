package generate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"

	"github.com/sparkgo/spark-go/openapi/facade"
	"github.com/sparkgo/spark-go/openapi/internal/check"
	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// place is where an operation stands.
type place struct{ id, path, method string }

// places lists the operations of a document, those of the facade first: where
// two can't stand side by side, the other one gives way.
func places(root map[string]any, known facade.List) []place {
	var ours, others []place
	page.EachOperation(root, func(path, method string, _, operation map[string]any) {
		id, _ := operation["operationId"].(string)
		if _, listed := known[id]; listed {
			ours = append(ours, place{id, path, method})
		} else {
			others = append(others, place{id, path, method})
		}
	})
	return append(ours, others...)
}

// maxBlamed bounds how many operations are looked for, for each takes a few runs.
const maxBlamed = 5

// blame finds the operations for which there is no Go code: each is the last of
// the fewest that fail.
func (p Project) blame(ctx context.Context, root map[string]any, known facade.List, where check.Where, fault error) error {
	suspects := places(root, known)
	var faults []error
	for len(faults) < maxBlamed && ctx.Err() == nil {
		reasons := map[int]error{}
		first := sort.Search(len(suspects), func(n int) bool {
			_, reasons[n] = p.generate(ctx, only(root, suspects[:n+1]), known, where)
			return reasons[n] != nil
		})
		if first == len(suspects) {
			break
		}
		found := suspects[first]
		pointer := "/paths/" + document.Escape(found.path) + "/" + found.method
		faults = append(faults, fmt.Errorf("%s: there is no Go code for %s: %w; give the schema that this is about an x-go-type by an action in openapi/overlay.yaml, or change the operation in a copy of the page", where(pointer), found.id, reasons[first]))
		suspects = slices.Delete(suspects, first, first+1)
	}
	if len(faults) == 0 {
		return fmt.Errorf("openapi/spark.yaml: %w", fault)
	}
	return errors.Join(faults...)
}

// only is a document with some of its operations.
func only(root map[string]any, places []place) map[string]any {
	cut := document.Clone(root).(map[string]any)
	page.EachOperation(cut, func(path, method string, item, operation map[string]any) {
		id, _ := operation["operationId"].(string)
		if !slices.Contains(places, place{id, path, method}) {
			delete(item, method)
		}
	})
	return cut
}
