package generate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/openapi/facade"
	"github.com/sparkgo/spark-go/openapi/internal/check"
	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// operation is an operation by its place.
type operation struct{ id, path, method string }

// operations lists the operations of a document, those of the facade first: if
// two can't stand side by side, the other one gives way.
func operations(root map[string]any, known facade.List) []operation {
	var ours, others []operation
	page.EachOperation(root, func(path, method string, _, object map[string]any) {
		id, _ := object["operationId"].(string)
		if _, listed := known[id]; listed {
			ours = append(ours, operation{id, path, method})
		} else {
			others = append(others, operation{id, path, method})
		}
	})
	slices.Reverse(ours) // the CSV export comes before the JSON export, which uses its request type
	return append(ours, others...)
}

// only returns a document with some of its operations.
func only(root map[string]any, operations []operation) map[string]any {
	cut := document.Clone(root).(map[string]any)
	page.EachOperation(cut, func(path, method string, item, object map[string]any) {
		id, _ := object["operationId"].(string)
		if !slices.Contains(operations, operation{id, path, method}) {
			delete(item, method)
		}
	})
	return cut
}

// maxBlamed bounds how many operations are looked for, since each takes a few runs.
const maxBlamed = 5

// blame finds the operations for which there is no Go code: each is the last of
// the shortest list of operations that fails.
func (p Project) blame(ctx context.Context, root map[string]any, known facade.List, where check.Where, fault error) error {
	suspects := operations(root, known)
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
		pointer := page.Pointer(found.path, found.method)
		faults = append(faults, fmt.Errorf("%s: there is no Go code for %s: %w; give the schema at fault an x-go-type by an action in openapi/overlay.yaml, or change the operation in a copy of the page", where(pointer), found.id, reasons[first]))
		suspects = slices.Delete(suspects, first, first+1)
	}
	if len(faults) == 0 {
		return fmt.Errorf("openapi/spark.yaml: %w", fault)
	}
	return errors.Join(faults...)
}

// servable takes the operations out of an input whose paths net/http can't serve
// beside the others.
func servable(input map[string]any, known facade.List) (map[string]any, []string) {
	mux := http.NewServeMux()
	var notes []string
	served := slices.DeleteFunc(operations(input, known), func(o operation) bool {
		refusal := register(mux, o)
		if refusal != "" {
			notes = append(notes, fmt.Sprintf("%s is left out of gen/server, since net/http can't serve it beside the others: %s", o.id, refusal))
		}
		return refusal != ""
	})
	slices.Sort(notes)
	return only(input, served), notes
}

var pathParameter = regexp.MustCompile(`\{[^}]*\}`)

// registeredAt matches what net/http says of its caller.
var registeredAt = regexp.MustCompile(` \(registered at [^)]*\)`)

// register registers an operation, with parameters whose names are names in Go,
// and returns why net/http refuses it, or nothing.
func register(mux *http.ServeMux, o operation) (refusal string) {
	defer func() {
		if refused := recover(); refused != nil {
			refusal, _, _ = strings.Cut(fmt.Sprint(refused), "\n")
			refusal = strings.TrimSuffix(registeredAt.ReplaceAllString(refusal, ""), ":")
		}
	}()
	number := 0
	path := pathParameter.ReplaceAllStringFunc(o.path, func(string) string {
		number++
		return "{p" + strconv.Itoa(number) + "}"
	})
	mux.HandleFunc(strings.ToUpper(o.method)+" "+path, func(http.ResponseWriter, *http.Request) {})
	return ""
}
