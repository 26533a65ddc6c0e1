package merge

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// difference is the pointer, from the values on, of the first part in which
// two values differ; it is empty where they don't.
func difference(a, b any) string {
	switch one := a.(type) {
	case map[string]any:
		other, ok := b.(map[string]any)
		if !ok {
			return ""
		}
		both := maps.Clone(one)
		maps.Copy(both, other)
		for _, key := range slices.Sorted(maps.Keys(both)) {
			if !reflect.DeepEqual(one[key], other[key]) {
				return "/" + document.Escape(key) + difference(one[key], other[key])
			}
		}
	case []any:
		other, _ := b.([]any)
		for i := range min(len(one), len(other)) {
			if !reflect.DeepEqual(one[i], other[i]) {
				return "/" + strconv.Itoa(i) + difference(one[i], other[i])
			}
		}
	}
	return ""
}

// originOf is the document that a part of the merged document came from.
func originOf(origins map[string]*document.Document, pointer string) *document.Document {
	for {
		if origin, ok := origins[pointer]; ok {
			return origin
		}
		cut := strings.LastIndexByte(pointer, '/')
		if cut < 0 {
			return nil
		}
		pointer = pointer[:cut]
	}
}
