package generate

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
)

// inspect looks in generated code for what the generator lets pass and Go, or
// JSON, wouldn't: two parts of the document that come to bear one Go name, and
// members whose names can't be told in a struct tag.
func inspect(file string, code []byte) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, code, parser.ParseComments)
	if err != nil {
		return fmt.Errorf("the generated code is no Go: %w", err)
	}
	i := inspector{declared: map[string]string{}}
	for _, declaration := range parsed.Decls {
		switch declaration := declaration.(type) {
		case *ast.FuncDecl:
			i.function(declaration)
		case *ast.GenDecl:
			for _, spec := range declaration.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok {
					i.typ(spec, declaration.Doc)
				}
			}
		}
	}
	return errors.Join(i.faults...)
}

const renaming = "give one of them another name by x-go-name in openapi/overlay.yaml"

type inspector struct {
	declared map[string]string // Go names and what they were declared for
	faults   []error
}

// declare notes a Go name and what it is for.
func (i *inspector) declare(name, what string) {
	if other, exists := i.declared[name]; exists {
		i.faults = append(i.faults, fmt.Errorf("two parts of the document become %s in Go (%s; %s): %s", name, other, what, renaming))
		return
	}
	i.declared[name] = what
}

func (i *inspector) function(function *ast.FuncDecl) {
	name := function.Name.Name
	if function.Recv != nil {
		receiver := function.Recv.List[0].Type
		if star, ok := receiver.(*ast.StarExpr); ok {
			receiver = star.X
		}
		if base, ok := receiver.(*ast.Ident); ok {
			name = base.Name + "." + name
		}
	}
	i.declare(name, origin(function.Doc, "function "+name))
}

func (i *inspector) typ(spec *ast.TypeSpec, doc *ast.CommentGroup) {
	i.declare(spec.Name.Name, origin(doc, "type "+spec.Name.Name))
	structure, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	members := map[string]string{}
	for _, field := range structure.Fields.List {
		i.field(spec.Name.Name, field, members)
	}
}

// field checks one field of a struct that stands for an object.
func (i *inspector) field(structure string, field *ast.Field, members map[string]string) {
	if field.Tag == nil {
		return
	}
	tag, err := strconv.Unquote(field.Tag.Value)
	if err != nil {
		return // the parser read it
	}
	json, tagged := reflect.StructTag(tag).Lookup("json")
	if !tagged {
		return
	}
	member, options, _ := strings.Cut(json, ",")
	if len(field.Names) == 0 {
		i.faults = append(i.faults, fmt.Errorf("the member %q of %s has no letter that Go could name it by: %s", member, structure, renaming))
		return
	}
	name := field.Names[0].Name
	if other, exists := members[name]; exists {
		i.faults = append(i.faults, fmt.Errorf("the members %q and %q of %s both become %s in Go: %s", other, member, structure, name, renaming))
	}
	members[name] = member
	if !plainTag(member, options, name) {
		i.faults = append(i.faults, fmt.Errorf("the member of %s that becomes %s in Go has a name that encoding/json can't hold (%s): map %s to raw JSON by x-go-type in openapi/overlay.yaml", structure, name, json, structure))
	}
}

// plainTag reports whether encoding/json takes the tag for what is meant.
func plainTag(member, options, name string) bool {
	for option := range strings.SplitSeq(options, ",") {
		if option != "" && option != "omitempty" && option != "omitzero" {
			return false
		}
	}
	if member == "-" {
		return options != "" || name == "AdditionalProperties"
	}
	return member != "" && !strings.ContainsAny(member, `\'`)
}

// origin is what a generated comment says that a declaration is for.
func origin(doc *ast.CommentGroup, otherwise string) string {
	if doc == nil {
		return otherwise
	}
	for line := range strings.Lines(doc.Text()) {
		line = strings.TrimSpace(line)
		if strings.Contains(line, "defines ") || strings.HasPrefix(line, "Corresponds with") {
			return strings.TrimSuffix(line, ".")
		}
	}
	return otherwise
}
