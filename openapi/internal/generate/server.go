package generate

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/openapi/facade"
)

// servable takes the operations out of an input whose paths net/http can't serve
// beside the others.
func servable(input map[string]any, known facade.List) (map[string]any, []string) {
	mux := http.NewServeMux()
	var notes []string
	served := slices.DeleteFunc(places(input, known), func(at place) bool {
		why := refusal(mux, strings.ToUpper(at.method)+" "+pattern(at.path))
		if why != "" {
			notes = append(notes, fmt.Sprintf("%s is left out of gen/server, for net/http can't serve it beside the others: %s", at.id, why))
		}
		return why != ""
	})
	slices.Sort(notes)
	return only(input, served), notes
}

var parameter = regexp.MustCompile(`\{[^}]*\}`)

// pattern is a path as net/http has it, with names for its parameters that are
// names in Go.
func pattern(path string) string {
	number := 0
	return parameter.ReplaceAllStringFunc(path, func(string) string {
		number++
		return "{p" + strconv.Itoa(number) + "}"
	})
}

// registeredAt is what net/http says of its caller.
var registeredAt = regexp.MustCompile(` \(registered at [^)]*\)`)

// refusal registers a pattern and returns why net/http refuses it.
func refusal(mux *http.ServeMux, pattern string) (why string) {
	defer func() {
		if refused := recover(); refused != nil {
			why, _, _ = strings.Cut(fmt.Sprint(refused), "\n")
			why = strings.TrimSuffix(registeredAt.ReplaceAllString(why, ""), ":")
		}
	}()
	mux.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
	return ""
}
