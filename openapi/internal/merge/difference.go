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
		if other, ok := b.(map[string]any); ok {
			return objectDifference(one, other)
		}
	case []any:
		if other, ok := b.([]any); ok && len(one) == len(other) {
			for i := range one {
				if !reflect.DeepEqual(one[i], other[i]) {
					return "/" + strconv.Itoa(i) + difference(one[i], other[i])
				}
			}
		}
	}
	return ""
}

func objectDifference(one, other map[string]any) string {
	keys := slices.Concat(slices.Collect(maps.Keys(one)), slices.Collect(maps.Keys(other)))
	slices.Sort(keys)
	for _, key := range keys {
		left, inOne := one[key]
		right, inOther := other[key]
		if inOne != inOther {
			return "/" + document.Escape(key)
		}
		if !reflect.DeepEqual(left, right) {
			return "/" + document.Escape(key) + difference(left, right)
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
