package page

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

// splitter cuts one document into a document for each operation. Each gets
// the components and tags that its operation uses. Those that no operation
// uses stay with the first one: nothing that the vendor wrote is lost.
type splitter struct {
	root       map[string]any
	components map[string]any
	common     []string            // components that every operation's document refers to
	uses       map[string][]string // components that a component refers to
	needs      map[string]map[string]bool
	used       map[string]bool // by any operation
	tags       map[string]bool // that any operation carries
	first      string          // the ID of the first operation
}

func newSplitter(root map[string]any, places []place) *splitter {
	s := &splitter{root: root, uses: map[string][]string{}, needs: map[string]map[string]bool{}, used: map[string]bool{}, tags: map[string]bool{}}
	s.components, _ = root["components"].(map[string]any)
	s.common = targets(s.outside())
	s.first = slices.MinFunc(places, func(a, b place) int { return cmp.Compare(a.id, b.id) }).id
	for _, place := range places {
		needs := s.needed(place)
		s.needs[place.id] = needs
		maps.Copy(s.used, needs)
		for _, tag := range tagNames(place.operation["tags"]) {
			s.tags[tag] = true
		}
	}
	return s
}

// document is the whole document cut down to one operation.
func (s *splitter) document(place place) map[string]any {
	cut := maps.Clone(s.root)
	cut["paths"] = map[string]any{place.path: s.item(place)}
	if s.components != nil {
		cut["components"] = s.cutComponents(place)
	}
	if tags, ok := s.root["tags"].([]any); ok {
		cut["tags"] = s.cutTags(tags, place)
		if len(tags) > 0 && len(cut["tags"].([]any)) == 0 {
			delete(cut, "tags")
		}
	}
	return cut
}

func (s *splitter) item(place place) map[string]any {
	item := maps.Clone(place.item)
	for _, method := range Methods {
		if method != place.method {
			delete(item, method)
		}
	}
	return item
}

// cutComponents leaves out what the operation doesn't need.
func (s *splitter) cutComponents(place place) map[string]any {
	needs := s.needs[place.id]
	cut := map[string]any{}
	for section, value := range s.components {
		members, ok := value.(map[string]any)
		if !ok || strings.HasPrefix(section, "x-") {
			cut[section] = value
			continue
		}
		kept := map[string]any{}
		for name, member := range members {
			key := section + "/" + name
			if needs[key] || place.id == s.first && !s.used[key] {
				kept[name] = member
			}
		}
		if len(kept) > 0 || place.id == s.first && len(members) == 0 {
			cut[section] = kept
		}
	}
	return cut
}

func (s *splitter) cutTags(declared []any, place place) []any {
	own := tagNames(place.operation["tags"])
	kept := []any{}
	for _, value := range declared {
		tag, _ := value.(map[string]any)
		name, _ := tag["name"].(string)
		if slices.Contains(own, name) || place.id == s.first && !s.tags[name] {
			kept = append(kept, value)
		}
	}
	return kept
}

// needed are the components that an operation uses, at first or at second
// hand, as section/name.
func (s *splitter) needed(place place) map[string]bool {
	needs := map[string]bool{}
	open := append(targets(s.item(place)), s.schemes(place.operation)...)
	open = append(open, s.common...)
	for len(open) > 0 {
		key := open[len(open)-1]
		open = open[:len(open)-1]
		if needs[key] {
			continue
		}
		needs[key] = true
		open = append(open, s.usedBy(key)...)
	}
	return needs
}

// outside is what every operation's document keeps.
func (s *splitter) outside() map[string]any {
	outside := maps.Clone(s.root)
	delete(outside, "paths")
	delete(outside, "components")
	return outside
}

func (s *splitter) usedBy(key string) []string {
	if uses, ok := s.uses[key]; ok {
		return uses
	}
	section, name, _ := strings.Cut(key, "/")
	members, _ := s.components[section].(map[string]any)
	s.uses[key] = targets(members[name])
	return s.uses[key]
}

// targets are the components that a value refers to.
func targets(value any) []string {
	var keys []string
	for _, reference := range document.References(value) {
		pointer, _ := document.Target(reference.Ref)
		if tokens := document.Tokens(pointer); len(tokens) > 2 && tokens[0] == "components" {
			keys = append(keys, tokens[1]+"/"+tokens[2])
		}
	}
	return keys
}

// schemes are the security schemes that an operation may be called with.
func (s *splitter) schemes(operation map[string]any) []string {
	security, ok := operation["security"].([]any)
	if !ok {
		security, _ = s.root["security"].([]any)
	}
	var keys []string
	for _, value := range security {
		alternative, _ := value.(map[string]any)
		for name := range alternative {
			keys = append(keys, "securitySchemes/"+name)
		}
	}
	return keys
}

func tagNames(value any) []string {
	list, _ := value.([]any)
	var names []string
	for _, element := range list {
		if name, ok := element.(string); ok {
			names = append(names, name)
		}
	}
	return names
}
