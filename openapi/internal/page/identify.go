package page

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"strings"
	"unicode"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// identify gives each operation its ID. OpenAPI lets a document leave IDs out;
// the name of the Go method comes from the method and the path then.
func (p *Page) identify(doc *document.Document, places []place) error {
	taken := map[string]place{}
	var faults []error
	for i, place := range places {
		value, declared := place.operation["operationId"]
		id, isText := value.(string)
		switch other, exists := taken[id]; {
		case declared && !isText:
			faults = append(faults, fmt.Errorf("%s: the operationId of %s %s must be a text", doc.Where(place.pointer()), place.method, place.path))
		case id != "" && exists:
			faults = append(faults, fmt.Errorf("%s: %s %s has the operationId %s, which %s has already", doc.Where(place.pointer()), place.method, place.path, id, doc.Where(other.pointer())))
		case id != "":
			taken[id] = place
			places[i].id = id
		}
	}
	for i, place := range places {
		if id, _ := place.operation["operationId"].(string); id != "" || errors.Join(faults...) != nil {
			continue
		}
		id := derivedID(place.method, place.path)
		if _, exists := taken[id]; exists {
			id += fmt.Sprintf("%X", sha256.Sum256([]byte(place.method+" "+place.path)))[:8]
		}
		taken[id] = place
		places[i] = place.named(id)
		p.Notes = append(p.Notes, fmt.Sprintf("%s: %s %s has no operationId: it is called %s here", doc.Where(place.pointer()), place.method, place.path, id))
	}
	return errors.Join(faults...)
}

// named returns the place of the same operation with an ID.
func (p place) named(id string) place {
	p.id = id
	p.item, p.operation = maps.Clone(p.item), maps.Clone(p.operation)
	p.operation["operationId"] = id
	p.item[p.method] = p.operation
	return p
}

// derivedID makes an ID of a method and a path: get /pets/{id} becomes
// getPetsById.
func derivedID(method, path string) string {
	var id strings.Builder
	id.WriteString(method)
	path = strings.ReplaceAll(path, "{", "/by/")
	for _, word := range strings.FieldsFunc(path, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		first := []rune(word)[0]
		id.WriteRune(unicode.ToUpper(first))
		id.WriteString(word[len(string(first)):])
	}
	return id.String()
}
