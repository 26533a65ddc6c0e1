package compare

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"strings"
)

// GoChange is a difference between the exported declarations of two versions
// of generated code.
type GoChange struct {
	// Type is the type or function that changed.
	Type string
	// Breaks says that code which uses the old version may not compile or may
	// behave otherwise with the new one.
	Breaks bool
	// Minor says that the change only comes along with another, such as a
	// helper function of a new type.
	Minor bool
	Text  string
}

// GoChanges compares generated code.
func GoChanges(older, newer []byte) ([]GoChange, error) {
	if bytes.Equal(older, newer) {
		return nil, nil
	}
	before, err := declarations(older)
	if err != nil {
		return nil, err
	}
	after, err := declarations(newer)
	if err != nil {
		return nil, err
	}
	var changes []GoChange
	for _, name := range union(before, after) {
		one, had := before[name]
		other, has := after[name]
		switch {
		case !had:
			changes = append(changes, GoChange{Type: name, Minor: minor(name, other), Text: fmt.Sprintf("%s %s is new", other.kind, name)})
		case !has:
			changes = append(changes, GoChange{Type: name, Breaks: true, Text: fmt.Sprintf("%s %s is gone", one.kind, name)})
		default:
			changes = append(changes, declarationChanges(name, one, other)...)
		}
	}
	return changes, nil
}

// minor reports whether a declaration comes along with another.
func minor(name string, d declaration) bool {
	isMethod := strings.HasPrefix(name, "Client.") && !strings.HasSuffix(name, "Body")
	return d.kind != "type" && !isMethod
}

// declaration is an exported declaration: what kind it is, how it reads, and
// the fields where it is a struct.
type declaration struct {
	kind, text string
	fields     map[string]string // Go names to types with tags; nil where it is no struct
}

func declarationChanges(name string, one, other declaration) []GoChange {
	if one.fields == nil || other.fields == nil {
		if one.text == other.text {
			return nil
		}
		return []GoChange{{Type: name, Breaks: true, Text: fmt.Sprintf("%s %s was %s, is %s", other.kind, name, one.text, other.text)}}
	}
	var changes []GoChange
	for _, field := range union(one.fields, other.fields) {
		before, had := one.fields[field]
		after, has := other.fields[field]
		switch {
		case !had:
			changes = append(changes, GoChange{Type: name, Text: fmt.Sprintf("type %s: the field %s is new: %s", name, field, after)})
		case !has:
			changes = append(changes, GoChange{Type: name, Breaks: true, Text: fmt.Sprintf("type %s: the field %s is gone (was %s)", name, field, before)})
		case before != after:
			changes = append(changes, GoChange{Type: name, Breaks: true, Text: fmt.Sprintf("type %s: the field %s was %s, is %s", name, field, before, after)})
		}
	}
	return changes
}

// declarations reads the exported declarations of a file. Interfaces are left
// out: that of the client repeats its methods.
func declarations(code []byte) (map[string]declaration, error) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, "client.gen.go", code, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("read generated code: %w", err)
	}
	found := map[string]declaration{}
	for _, node := range parsed.Decls {
		switch node := node.(type) {
		case *ast.FuncDecl:
			if name := functionName(node); name != "" {
				found[name] = declaration{kind: "function", text: source(files, node.Type)}
			}
		case *ast.GenDecl:
			for _, spec := range node.Specs {
				specification(files, spec, found)
			}
		}
	}
	return found, nil
}

func functionName(function *ast.FuncDecl) string {
	if !function.Name.IsExported() {
		return ""
	}
	if function.Recv == nil {
		return function.Name.Name
	}
	receiver := function.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	base, ok := receiver.(*ast.Ident)
	if !ok || !base.IsExported() {
		return ""
	}
	return base.Name + "." + function.Name.Name
}

func specification(files *token.FileSet, spec ast.Spec, found map[string]declaration) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if _, isInterface := spec.Type.(*ast.InterfaceType); isInterface || !spec.Name.IsExported() {
			return
		}
		d := declaration{kind: "type", text: source(files, spec.Type)}
		if structure, ok := spec.Type.(*ast.StructType); ok {
			d.fields = structFields(files, structure)
		}
		found[spec.Name.Name] = d
	case *ast.ValueSpec:
		for i, name := range spec.Names {
			if name.IsExported() && i < len(spec.Values) {
				found[name.Name] = declaration{kind: "constant", text: source(files, spec.Values[i])}
			}
		}
	}
}

func structFields(files *token.FileSet, structure *ast.StructType) map[string]string {
	fields := map[string]string{}
	for _, field := range structure.Fields.List {
		text := source(files, field.Type)
		if field.Tag != nil {
			text += " " + strings.Trim(field.Tag.Value, "`")
		}
		for _, name := range field.Names {
			if name.IsExported() {
				fields[name.Name] = text
			}
		}
	}
	return fields
}

// source is an expression as it reads in Go, on one line.
func source(files *token.FileSet, node any) string {
	var out bytes.Buffer
	if err := printer.Fprint(&out, files, node); err != nil {
		return fmt.Sprintf("%T", node) // a node that was parsed always prints
	}
	return strings.Join(strings.Fields(out.String()), " ")
}
