// Package surface lists what a caller of the API meets: operations, and for
// each of them the parameters, the fields of the request and the fields of the
// answers, with references followed.
package surface

import (
	"cmp"
	"maps"
	"slices"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
)

// Operation is one operation as a caller meets it.
type Operation struct {
	ID, Method, Path string
	Summary          string
	Description      string
	Deprecated       bool
	Tags             []string
	// Security is what authorizes the operation, as JSON.
	Security string
	// Parameters stand in the order of their places and names.
	Parameters []Parameter
	// Body is nil where the operation takes none.
	Body *Body
	// Answers stand in the order of their status.
	Answers []Answer
}

// Parameter is a parameter of an operation.
type Parameter struct {
	In string
	Field
}

// Body is what a request may hold.
type Body struct {
	Required bool
	Contents []Content
}

// Answer is what an operation may answer.
type Answer struct {
	Status      string
	Description string
	Contents    []Content
	Headers     []Field
}

// Content is a body of one media type.
type Content struct {
	MediaType string
	// Fields begins with the whole value, whose name is empty.
	Fields []Field
}

// Field is a value that is sent or received.
type Field struct {
	// Name leads to the value: members after a dot, the elements of a list as
	// [], the values of a map as *.
	Name string
	// Type is the type in words, such as "string (uuid) or null".
	Type string
	// Required says that the value can't be left out.
	Required    bool
	Description string
	// Rules are the other keywords of its schema, each as JSON.
	Rules map[string]string
}

// Operations lists the operations of a document in the order of their IDs.
func Operations(root map[string]any) []Operation {
	r := reader{root: root}
	paths, _ := root["paths"].(map[string]any)
	var operations []Operation
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := r.resolve(paths[path])
		for _, method := range page.Methods {
			if operation, ok := item[method].(map[string]any); ok {
				operations = append(operations, r.operation(path, method, item, operation))
			}
		}
	}
	slices.SortStableFunc(operations, func(a, b Operation) int { return cmp.Compare(a.ID, b.ID) })
	return operations
}

type reader struct {
	root map[string]any
}

// resolve follows references to the object that they name.
func (r reader) resolve(value any) map[string]any {
	object, _ := value.(map[string]any)
	for range maxReferences {
		ref, ok := object["$ref"].(string)
		if !ok {
			return object
		}
		pointer, _ := document.Target(ref)
		target, _ := document.Find(r.root, pointer)
		object, _ = target.(map[string]any)
	}
	return nil
}

// maxReferences bounds how many references may lead on from one to the next.
const maxReferences = 100

func (r reader) operation(path, method string, item, operation map[string]any) Operation {
	security, ok := operation["security"]
	if !ok {
		security = r.root["security"]
	}
	o := Operation{
		ID: text(operation["operationId"]), Method: method, Path: path,
		Summary: text(operation["summary"]), Description: text(operation["description"]),
		Deprecated: operation["deprecated"] == true,
		Security:   compact(security),
		Parameters: r.parameters(item["parameters"], operation["parameters"]),
		Answers:    r.answers(operation["responses"]),
	}
	tags, _ := operation["tags"].([]any)
	for _, tag := range tags {
		o.Tags = append(o.Tags, text(tag))
	}
	if body := r.resolve(operation["requestBody"]); body != nil {
		o.Body = &Body{Required: body["required"] == true, Contents: r.contents(body["content"])}
	}
	return o
}

// parameters joins the parameters of a path with those of an operation, which
// go before.
func (r reader) parameters(shared, own any) []Parameter {
	found := map[string]Parameter{}
	for _, list := range []any{shared, own} {
		elements, _ := list.([]any)
		for _, element := range elements {
			object := r.resolve(element)
			parameter := Parameter{In: text(object["in"]), Field: r.field(text(object["name"]), r.parameterSchema(object), object)}
			found[parameter.In+" "+parameter.Name] = parameter
		}
	}
	var parameters []Parameter
	for _, key := range slices.Sorted(maps.Keys(found)) {
		parameters = append(parameters, found[key])
	}
	return parameters
}

func (r reader) parameterSchema(object map[string]any) any {
	if schema, ok := object["schema"]; ok {
		return schema
	}
	content, _ := object["content"].(map[string]any)
	for _, mediaType := range content { // there is exactly one
		media, _ := mediaType.(map[string]any)
		return media["schema"]
	}
	return nil
}

// field is a parameter or a header: a value with a schema of its own.
func (r reader) field(name string, schema any, object map[string]any) Field {
	fields := r.fields(schema)
	field := fields[0]
	field.Name = name
	field.Required = object["required"] == true
	if description := text(object["description"]); description != "" {
		field.Description = description
	}
	for _, keyword := range []string{"style", "explode", "allowReserved", "allowEmptyValue", "deprecated"} {
		if value, ok := object[keyword]; ok {
			field.Rules[keyword] = compact(value)
		}
	}
	for _, inner := range fields[1:] {
		field.Rules[inner.Name] = inner.Type + " " + compact(rules(inner))
	}
	return field
}

func rules(field Field) any {
	all := map[string]any{"required": field.Required}
	for keyword, value := range field.Rules {
		all[keyword] = value
	}
	return all
}

func (r reader) answers(value any) []Answer {
	responses, _ := value.(map[string]any)
	var answers []Answer
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		object := r.resolve(responses[status])
		answer := Answer{Status: status, Description: text(object["description"]), Contents: r.contents(object["content"])}
		headers, _ := object["headers"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(headers)) {
			header := r.resolve(headers[name])
			answer.Headers = append(answer.Headers, r.field(name, r.parameterSchema(header), header))
		}
		answers = append(answers, answer)
	}
	return answers
}

func (r reader) contents(value any) []Content {
	content, _ := value.(map[string]any)
	var contents []Content
	for _, mediaType := range slices.Sorted(maps.Keys(content)) {
		media, _ := content[mediaType].(map[string]any)
		contents = append(contents, Content{MediaType: mediaType, Fields: r.fields(media["schema"])})
	}
	return contents
}

func text(value any) string {
	text, _ := value.(string)
	return text
}

func compact(value any) string {
	text, err := document.Compact(value)
	if err != nil {
		return "" // values that were read from JSON or YAML always encode
	}
	return text
}
