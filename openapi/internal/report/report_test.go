package report

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/facade"
	"github.com/sparkgo/spark-go/openapi/internal/document"
)

const before = `
openapi: 3.1.0
info: {title: x, version: '1'}
paths:
  /a/{id}:
    post:
      operationId: postA
      security: []
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: {type: object, properties: {big: {type: boolean}, small: {type: string}}}}}}
      responses: {'200': {description: OK}}
  /b: {get: {operationId: getB, security: [], responses: {'200': {description: OK}}}}
  /gone: {get: {operationId: getGone, security: [], responses: {'200': {description: OK}}}}
`

const after = `
openapi: 3.1.0
info: {title: x, version: '1'}
paths:
  /a/{id}:
    post:
      operationId: postA
      security: []
      parameters: [{name: id, in: path, required: true, schema: {type: string}}, {name: q, in: query, required: true, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: {type: object, properties: {huge: {type: boolean}, small: {type: string}}}}}}
      responses: {'200': {description: OK}}
  /b: {get: {operationId: getB, deprecated: true, security: [], responses: {'200': {description: OK}}}}
  /new: {get: {operationId: getNew, security: [], responses: {'200': {description: OK}}}}
`

var project = Project{
	Module: "../../..",
	Facade: facade.List{
		"postA": {Method: "Service.A", Request: "Filter"}, "getB": {Exempt: "nobody needs it"}, "getGone": {Method: "Client.Gone"},
	},
}

func version(t *testing.T, text, code string) Version {
	t.Helper()
	doc, err := document.ParseYAML("x.yaml", 1, []byte(text))
	require.NoError(t, err)
	return Version{Document: doc.Root, Client: []byte(code)}
}

// TestReport reads a complete report: what breaks, what else changed, what to do.
func TestReport(t *testing.T) {
	needTools(t)
	var out bytes.Buffer
	require.NoError(t, project.Write(context.Background(), &out,
		version(t, before, "package gen\ntype ID = int\ntype Request struct { Data any }\n"),
		version(t, after, "package gen\ntype ID = string\ntype Request struct { Other string }\nfunc NewThing() {}\n")))
	require.Equal(t, `What breaks callers
  - getGone (spark.Client.Gone): api path removed without deprecation
  - postA (spark.Service.A): added the new required `+"`query` request parameter `q`"+`

What may break callers
  - postA (spark.Service.A): removed the request property `+"`big`"+`

What else changed
  - getB (GET /b): endpoint deprecated
  - getNew (GET /new): endpoint added
  - postA (spark.Service.A): added the new optional request property `+"`huge`"+`

What Go code stops compiling, in package gen
  - ID: changed from int to string
  - Request.Data: removed

What is new in package gen
  - NewThing: added
  - Request.Other: added
`, out.String())
}

func TestReportOfNothing(t *testing.T) {
	same := version(t, before, "package gen\n")
	var out bytes.Buffer
	require.NoError(t, project.Write(context.Background(), &out, same, same))
	require.Equal(t, "Nothing has changed in the API.\n", out.String())
}

// TestWithoutTheNetwork makes sure that the report says so if it can't run its
// programs.
func TestWithoutTheNetwork(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOMODCACHE", t.TempDir())
	t.Setenv("GOFLAGS", "-modcacherw")
	var out bytes.Buffer
	require.NoError(t, project.Write(context.Background(), &out, version(t, before, "package gen\n"), version(t, after, "package gen\nvar X int\n")))
	require.Contains(t, out.String(), "NOT CHECKED what changed in the API, since oasdiff could not be run: "+Oasdiff)
	require.Contains(t, out.String(), "NOT CHECKED what changed in package gen, since apidiff could not be run: "+Apidiff)
}

// TestDeclarations leaves out what only repeats other lines.
func TestDeclarations(t *testing.T) {
	broken, added := declarations(`Incompatible changes:
- (*Client).GetA: changed from func(ID) to func(ID)
- (*Client).GetB: changed from func(ID) to func(int)
- ClientInterface.GetC: added
- NewGetCRequest: changed from func() to func(int)
- ID: changed from string to int
Compatible changes:
- (*Client).GetC: added
- NewGetCRequestWithBody: added
- Thing: added
`)
	require.Equal(t, []string{"(*Client).GetB: changed from func(ID) to func(int)", "ID: changed from string to int"}, broken)
	require.Equal(t, []string{"(*Client).GetC: added", "Thing: added"}, added)
}

// needTools skips a test if the programs can neither be found nor fetched: they
// are not part of this module, and a build without the network must pass.
func needTools(t *testing.T) {
	t.Helper()
	for _, program := range []string{Oasdiff, Apidiff} {
		command := exec.Command("go", "install", program)
		command.Env = append(os.Environ(), "GOBIN="+t.TempDir())
		if out, err := command.CombinedOutput(); err != nil {
			t.Skipf("%s can't be installed here: %s", program, out)
		}
	}
}
