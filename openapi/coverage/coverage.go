// Package coverage lists what a caller of the API can send and read, and says
// what of it a facade leaves out. It is for the coverage test of package
// spark, which holds the facade against the document: a new operation or field
// in the page must fail that test, and nothing else.
package coverage

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/surface"
)

// Operation is an operation of the API with everything that can be sent to it
// and read from its successful answers.
type Operation struct {
	ID, Method, Path string
	// Parameters are the operation's parameters in the path, in the query, in
	// headers and in cookies.
	Parameters []Parameter
	// RequestFields are the fields of its request bodies that hold values
	// rather than other fields, such as request_data.start_date. The elements
	// of lists are marked by [], the values of maps by *.
	RequestFields []Field
	// AnswerFields are the fields of its 2xx answers, likewise. The members of
	// JSON within a string count as fields of the string.
	AnswerFields []Field
}

// Parameter is a parameter of an operation.
type Parameter struct {
	// In is path, query, header or cookie.
	In, Name string
	// Type is the type in words.
	Type     string
	Required bool
}

// Field is a field of a body.
type Field struct {
	// Name leads to the field, with a dot before each member.
	Name string
	// Type is the type in words.
	Type     string
	Required bool
}

// Operations lists the operations of a document, such as openapi.Document, in
// the order of their IDs.
func Operations(spec []byte) ([]Operation, error) {
	doc, err := document.ParseYAML("openapi/spark.yaml", 1, spec)
	if err != nil {
		return nil, err
	}
	var operations []Operation
	for _, found := range surface.Operations(doc.Root) {
		operations = append(operations, operation(found))
	}
	return operations, nil
}

func operation(found surface.Operation) Operation {
	o := Operation{ID: found.ID, Method: strings.ToUpper(found.Method), Path: found.Path}
	for _, p := range found.Parameters {
		o.Parameters = append(o.Parameters, Parameter{In: p.In, Name: p.Name, Type: p.Type, Required: p.Required})
	}
	if found.Body != nil {
		o.RequestFields = values(found.Body.Contents)
	}
	for _, answer := range found.Answers {
		if strings.HasPrefix(answer.Status, "2") {
			o.AnswerFields = append(o.AnswerFields, values(answer.Contents)...)
		}
	}
	return o
}

// values are the fields that hold values rather than other fields.
func values(contents []surface.Content) []Field {
	var found []Field
	for _, content := range contents {
		for i, field := range content.Fields {
			if field.Name == "" || element(field.Name) || holdsFields(content.Fields[i+1:], field.Name) {
				continue
			}
			value := Field{Name: field.Name, Type: field.Type, Required: field.Required}
			if !slices.ContainsFunc(found, func(have Field) bool { return have.Name == value.Name }) {
				found = append(found, value)
			}
		}
	}
	return found
}

// element reports whether a field is an element of a list or a value of a map.
func element(name string) bool {
	return strings.HasSuffix(name, "[]") || name == "*" || strings.HasSuffix(name, ".*")
}

// holdsFields reports whether the field has named members, directly or in its
// elements. They follow it at once.
func holdsFields(following []surface.Field, name string) bool {
	for _, field := range following {
		rest, inside := strings.CutPrefix(field.Name, name)
		if !inside || rest[0] != '.' && rest[0] != '[' {
			return false
		}
		if strings.ReplaceAll(strings.ReplaceAll(rest, "[]", ""), ".*", "") != "" {
			return true
		}
	}
	return false
}

func (p Parameter) String() string {
	return fmt.Sprintf("%s (%s, %s)", p.Name, p.In, p.Type)
}

func (f Field) String() string {
	return fmt.Sprintf("%s (%s)", f.Name, f.Type)
}
