// Package contract checks HTTP requests and responses against an OpenAPI
// document. A program that imports it checks all requests to the servers of
// sparktest.NewServer; see package requestcheck.
package contract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/sparkgo/spark-go/openapi"
	"github.com/sparkgo/spark-go/spark/internal/requestcheck"
)

func init() { requestcheck.Default = Request }

// document is openapi.Document, for any host.
var document = sync.OnceValue(func() *Validator {
	v, err := New(openapi.Document, "")
	if err != nil {
		panic("embedded OpenAPI document: " + err.Error())
	}
	return v
})

// Request checks a request to any host against the document of this module.
func Request(req *http.Request) error { return document().Request(req) }

// uuidForm is the one form of a UUID that goes on the wire. The version isn't
// looked at, since nothing promises which one the platform uses.
const uuidForm = `^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`

// Validator checks requests to one API host, and its answers. It may be used
// by several goroutines at once.
type Validator struct {
	host    string // the API's host; "" means any
	router  routers.Router
	options *openapi3filter.Options
}

// New makes a Validator of an OpenAPI document, in YAML or JSON. serverURL is
// an address of the API host, of which scheme and host count; with "" any
// host is the API host. The document's own servers are left aside.
//
// Request bodies are checked more strictly than the document asks: a member
// that it doesn't name is a violation, so that misspelt names are noticed. So
// is a query parameter that it doesn't name.
func New(document []byte, serverURL string) (*Validator, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("load OpenAPI document: %w", err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("OpenAPI document is not valid: %w", err)
	}
	host, err := serve(doc, serverURL)
	if err != nil {
		return nil, err
	}
	closeRequestBodies(doc)
	preferJSONSchema2020(doc)
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, fmt.Errorf("route OpenAPI document: %w", err)
	}
	return &Validator{host: host, router: router, options: options()}, nil
}

// serve makes serverURL's host the only server of the document.
func serve(doc *openapi3.T, serverURL string) (host string, err error) {
	doc.Servers = nil
	if serverURL == "" {
		return "", nil
	}
	address, err := url.Parse(serverURL)
	if err != nil {
		return "", fmt.Errorf("parse server URL: %w", err)
	}
	if address.Scheme == "" || address.Host == "" {
		return "", fmt.Errorf("server URL %q has no scheme or no host", serverURL)
	}
	doc.Servers = openapi3.Servers{{URL: address.Scheme + "://" + address.Host}}
	return address.Host, nil
}

func options() *openapi3filter.Options {
	return &openapi3filter.Options{
		MultiError:                        true,
		SkipSettingDefaults:               true,
		RejectWhenRequestBodyNotSpecified: true,
		AuthenticationFunc:                authenticate,
		SchemaValidationOptions: []openapi3.SchemaValidationOption{
			openapi3.EnableFormatValidation(),
			openapi3.WithStringFormatValidator("uuid", openapi3.NewRegexpFormatValidator(uuidForm)),
		},
	}
}

// Request checks a request. Its body is read and put back.
func (v *Validator) Request(req *http.Request) error {
	input, err := v.input(req)
	if err != nil {
		return err
	}
	if err := undeclaredQuery(input); err != nil {
		return fmt.Errorf("%s: %w", name(input), err)
	}
	if err := openapi3filter.ValidateRequest(req.Context(), input); err != nil {
		return fmt.Errorf("request of %s: %s", name(input), brief(err))
	}
	return nil
}

// Response checks the answer to a request: status, header and the whole body.
func (v *Validator) Response(req *http.Request, status int, header http.Header, body []byte) error {
	input, err := v.input(req)
	if err != nil {
		return err
	}
	answer := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input,
		Status:                 status,
		Header:                 header,
		Options:                v.options,
	}
	answer.SetBodyBytes(body)
	if err := openapi3filter.ValidateResponse(req.Context(), answer); err != nil {
		return fmt.Errorf("answer %d of %s: %s", status, name(input), brief(err))
	}
	return nil
}

func (v *Validator) input(req *http.Request) (*openapi3filter.RequestValidationInput, error) {
	route, params, err := v.router.FindRoute(req)
	if err != nil {
		return nil, fmt.Errorf("no operation %s %s: %s", req.Method, req.URL.EscapedPath(), brief(err))
	}
	// The router matches the escaped path, so that a name may hold a slash.
	for key, value := range params {
		if params[key], err = url.PathUnescape(value); err != nil {
			return nil, fmt.Errorf("path parameter %s: %w", key, err)
		}
	}
	return &openapi3filter.RequestValidationInput{
		Request:    req,
		PathParams: params,
		Route:      route,
		Options:    v.options,
	}, nil
}

func name(input *openapi3filter.RequestValidationInput) string {
	return input.Route.Operation.OperationID
}

func undeclaredQuery(input *openapi3filter.RequestValidationInput) error {
	for key := range input.GetQueryParams() {
		if input.Route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, key) == nil {
			return fmt.Errorf("the document has no query parameter %q", key)
		}
	}
	return nil
}

// authenticate says whether a request carries a credential of the scheme's
// kind. Whether the credential is good is the server's business.
func authenticate(_ context.Context, input *openapi3filter.AuthenticationInput) error {
	header := input.RequestValidationInput.Request.Header
	if input.SecurityScheme.Type == "apiKey" {
		if header.Get(input.SecurityScheme.Name) == "" {
			return fmt.Errorf("header %s is missing", input.SecurityScheme.Name)
		}
		return nil
	}
	scheme, token, _ := strings.Cut(header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" || strings.Contains(token, " ") {
		return errors.New(`header Authorization is not "Bearer" and one token`)
	}
	return nil
}

// closeRequestBodies forbids members that request schemas don't name.
func closeRequestBodies(doc *openapi3.T) {
	for _, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			if operation.RequestBody == nil {
				continue
			}
			for _, content := range operation.RequestBody.Value.Content {
				closeSchema(content.Schema)
			}
		}
	}
}

func closeSchema(ref *openapi3.SchemaRef) {
	if ref == nil || ref.Value == nil {
		return
	}
	schema := ref.Value
	if schema.Type.Includes(openapi3.TypeObject) && schema.AdditionalProperties.Schema == nil {
		schema.WithoutAdditionalProperties()
	}
	for _, property := range schema.Properties {
		closeSchema(property)
	}
	closeSchema(schema.Items)
}

// preferJSONSchema2020 gives each component schema an unused definition. The
// library checks a schema that refers to components by the rules of OpenAPI
// 3.0, where a schema without a type refuses null, unless it finds a keyword of
// JSON Schema 2020 such as this one.
func preferJSONSchema2020(doc *openapi3.T) {
	if doc.Components == nil {
		return
	}
	for _, schema := range doc.Components.Schemas {
		schema.Value.Defs = openapi3.Schemas{"unused": openapi3.NewSchema().NewRef()}
	}
}

// brief puts an error on one line.
func brief(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}

// readAll reads a body and closes it.
func readAll(body io.ReadCloser) ([]byte, error) {
	defer body.Close()
	return io.ReadAll(body)
}
