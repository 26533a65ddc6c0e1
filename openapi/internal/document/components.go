package document

import "slices"

// Reached are the components that a part of a document refers to, at first or
// at second hand, as section/name, in order.
func Reached(root map[string]any, part any) []string {
	seen := map[string]bool{}
	var found []string
	open := []any{part}
	for len(open) > 0 {
		value := open[len(open)-1]
		open = open[:len(open)-1]
		for _, reference := range References(value) {
			pointer, _ := Target(reference.Ref)
			tokens := Tokens(pointer)
			if len(tokens) < 3 || tokens[0] != "components" || seen[tokens[1]+"/"+tokens[2]] {
				continue
			}
			name := tokens[1] + "/" + tokens[2]
			seen[name] = true
			found = append(found, name)
			component, _ := Find(root, "/components/"+Escape(tokens[1])+"/"+Escape(tokens[2]))
			open = append(open, component)
		}
	}
	slices.Sort(found)
	return found
}
