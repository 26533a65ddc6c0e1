// Package contract checks HTTP requests and responses against an OpenAPI
// document. A program that imports it checks all requests to the servers of
// sparktest.NewServer; see package requestcheck.
package contract

import (
	"bytes"
	"cmp"
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

// document validates against the document of this module.
var document = sync.OnceValue(func() *Validator {
	v, err := New(openapi.Document)
	if err != nil {
		panic("embedded OpenAPI document: " + err.Error())
	}
	return v
})

// Request checks a request against the OpenAPI document of this module. Its body
// is read and put back.
func Request(req *http.Request) error { return document().Request(req) }

// uuidForm is the form of a UUID in requests. The version isn't checked, since
// nothing promises which one the platform uses.
const uuidForm = `^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`

// Validator checks requests and responses of the API, on any host. Several
// goroutines can use it at once.
type Validator struct {
	router  routers.Router
	options *openapi3filter.Options
}

// New returns a Validator of an OpenAPI document in YAML or JSON. It ignores the
// servers of the document.
//
// Requests are checked more strictly than the document requires: a member of a
// body or a query parameter that it doesn't name is a violation, so that
// misspelt names are noticed.
func New(document []byte) (*Validator, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("load OpenAPI document: %w", err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("OpenAPI document is not valid: %w", err)
	}
	doc.Servers = nil
	closeRequestBodies(doc)
	preferJSONSchema2020(doc)
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, fmt.Errorf("route OpenAPI document: %w", err)
	}
	return &Validator{router, &openapi3filter.Options{
		MultiError:                        true,
		SkipSettingDefaults:               true,
		RejectWhenRequestBodyNotSpecified: true,
		AuthenticationFunc:                authenticate,
		SchemaValidationOptions: []openapi3.SchemaValidationOption{
			openapi3.EnableFormatValidation(),
			openapi3.WithStringFormatValidator("uuid", openapi3.NewRegexpFormatValidator(uuidForm)),
		},
	}}, nil
}

// Request checks a request. Its body is read and put back.
func (v *Validator) Request(req *http.Request) error {
	input, err := v.input(req)
	if err != nil {
		return err
	}
	if err := undeclaredQuery(input); err != nil {
		return fmt.Errorf("%s: %w", operationID(input), err)
	}
	if err := openapi3filter.ValidateRequest(req.Context(), input); err != nil {
		return fmt.Errorf("request of %s: %s", operationID(input), brief(err))
	}
	return nil
}

// Response checks the response to a request: status, header and body.
func (v *Validator) Response(req *http.Request, status int, header http.Header, body []byte) error {
	input, err := v.input(req)
	if err != nil {
		return err
	}
	response := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input,
		Status:                 status,
		Header:                 header,
		Options:                v.options,
	}
	response.SetBodyBytes(body)
	if err := openapi3filter.ValidateResponse(req.Context(), response); err != nil {
		return fmt.Errorf("response %d of %s: %s", status, operationID(input), brief(err))
	}
	return nil
}

func (v *Validator) input(req *http.Request) (*openapi3filter.RequestValidationInput, error) {
	route, params, err := v.router.FindRoute(req)
	if err != nil {
		return nil, fmt.Errorf("no operation %s %s: %s", req.Method, req.URL.EscapedPath(), brief(err))
	}
	// The router matches the escaped path, since a name can contain a slash.
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

func operationID(input *openapi3filter.RequestValidationInput) string {
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

// authenticate returns an error unless a request has a credential of the
// scheme's kind. Whether the credential is valid is for the server to decide.
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

// preferJSONSchema2020 gives each component schema an unused definition. Without
// a keyword of JSON Schema 2020 such as this one, kin-openapi checks a schema that
// refers to components by the rules of OpenAPI 3.0, where a schema without a type
// doesn't allow null.
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

// Transport returns a transport that passes requests to base, and checks those
// to the host of serverURL, and their responses, against the OpenAPI document of
// this module. It reports each violation and changes nothing. Other hosts, such
// as the file host, and token endpoints aren't part of the contract.
//
// A response is read completely before it is returned. Tests of broken or endless
// bodies, and benchmarks, do without this transport.
func Transport(serverURL string, base http.RoundTripper, report func(error)) http.RoundTripper {
	api, err := url.Parse(serverURL)
	if err != nil {
		panic(err)
	}
	return &transport{api.Host, base, report}
}

type transport struct {
	host   string
	base   http.RoundTripper
	report func(error)
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.EqualFold(req.URL.Host, t.host) || strings.HasSuffix(req.URL.Path, "/protocol/openid-connect/token") {
		return t.base.RoundTrip(req)
	}
	// A RoundTripper may not change the request, and the check replaces the body.
	checked := req.Clone(req.Context())
	if err := Request(checked); err != nil {
		t.report(err)
	}
	resp, err := t.base.RoundTrip(checked)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), errorReader{err}))
	if err != nil {
		return resp, nil
	}
	if err := document().Response(checked, resp.StatusCode, resp.Header, body); err != nil {
		t.report(err)
	}
	return resp, nil
}

// errorReader fails to read with an error, or ends without one.
type errorReader struct{ err error }

func (f errorReader) Read([]byte) (int, error) { return 0, cmp.Or(f.err, io.EOF) }
