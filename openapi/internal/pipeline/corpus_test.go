package pipeline_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/document"
)

const corpus = "testdata/corpus/"

// landing are the pages of the corpus that can be imported, with lines of their
// report, without the file's name.
var landing = map[string][]string{
	"public.md": {"getHealth (GET /health): endpoint added"},
	"bearer.md": {"getUsers (GET /users): endpoint added"},
	"mixed.md": {
		":6: /paths/~1mixed~1public/get: getMixedPublic has servers of its own: call it through a gen.Client with their URL",
		":30: /paths/~1mixed~1path/put: putMixedPath has servers of its own",
	},
	"blocks.md": {
		": passed over OpenAPI documents of models or webhooks alone: 2",
		": passed over blocks that are not OpenAPI documents: 3",
		"getBlocksThing (GET /blocks/thing): endpoint added",
	},
	"no-id.md": {
		":6: get /things/{thingId}/parts has no operationId: it is called getThingsByThingIdParts here",
		":12: get /things-all has no operationId: it is called getThingsAll here",
		":12: get /things/all has no operationId: it is called getThingsAllE112752E here",
	},
	"responses.md": {
		":6: /paths/~1responses~1default/get: getDefaultOnly has no 2xx response: the response to a successful call isn't described",
		":12: /paths/~1responses~1failure/get: getFailureOnly has no 2xx response",
		":18: /paths/~1responses~1none/post: postWithoutResponses has no 2xx response",
		"(*Client).PostWithoutResponses: added",
	},
	"annotations.md": {
		`:6: /paths/~1annotated/post/requestBody/content/application~1json/schema: "icon" is not a keyword of OpenAPI 3.1: left out of openapi/spark.yaml`,
		`schema/properties/kind: "enumNames" is not a keyword`,
		"(*Client).PostAnnotated: added",
	},
	"webhooks.md": {"getHooked (GET /hooked): endpoint added"},
	"misfits.md": {
		":6: /paths/~1misfits/post/parameters/0/example: doesn't fit its schema (at '': got string, want integer): left out of openapi/spark.yaml",
		":6: /paths/~1misfits/post/parameters/0/schema/default: doesn't fit its schema",
		":6: /paths/~1misfits/post/requestBody/content/application~1json/examples/bad: doesn't fit its schema (at '/n': got string, want integer)",
		"schema/properties/n/examples/1: doesn't fit its schema",
		`schema/properties/code: Go can't read the pattern "^(?!x)"`,
	},
	"odd-types.md": {
		":6: /components/schemas/Odd/properties/several: of several types: raw JSON (json.RawMessage) in Go",
		":6: /components/schemas/Odd/properties/combined: combined with a schema that is of several types: raw JSON",
		`:6: /components/schemas/Odd/properties/named: with the member "foo_bar", which Go can't name beside the others: raw JSON`,
		`:6: /components/schemas/Odd/properties/lettered: with the member "日本", which Go can't name beside the others: raw JSON`,
		`:6: /components/schemas/Odd/properties/tagged: with the member "a,b", which Go can't name beside the others: raw JSON`,
		":6: /components/schemas/Odd/properties/within: a reference into the middle of a schema: raw JSON",
		":6: /paths/~1odd~1{key}/post/parameters/0/schema: of several types: a string in Go",
	},
	"unservable.md": {"postServeClose is left out of gen/server, since net/http can't serve it beside the others"},
}

// refused are the pages of the corpus that can't be imported, with all complaints.
var refused = map[string][]string{
	"only-models.md":   {": no operation found: it has only OpenAPI documents of models or webhooks alone; import the page that documents the operations"},
	"only-webhooks.md": {": no operation found: it has only OpenAPI documents of models or webhooks alone; import the page that documents the operations"},
	"only-samples.md":  {": no operation found: expected OpenAPI 3.1 in JSON or YAML, bare or in fenced blocks of a Markdown page"},
	"broken-block.md": {
		":8: the JSON ends too early: it is cut off",
		":14: not JSON: invalid character '}' looking for beginning of object key string",
	},
	"older.md": {
		`:6: this is OpenAPI 3.0.3, and only OpenAPI 3.1 is understood (openapi: "3.1.0"): convert it first`,
		":12: this is Swagger 2.0, and only OpenAPI 3.1 is understood: convert it first",
	},
	"invalid.md": {
		":6: /paths/~1invalid~1{id}/get: getInvalidOne requires the security scheme unheardOf, which the document doesn't define: define it by an action on $.components.securitySchemes in openapi/overlay.yaml",
		":18: /paths/~1invalid~1three/get: not valid OpenAPI 3.1: json: cannot unmarshal object into field Operation.parameters of type openapi3.Parameters",
		`:12: /paths/~1invalid~1two/get: not valid OpenAPI 3.1: parameter can't have 'in' value "question"`,
		":12: /paths/~1invalid~1two/get: not valid OpenAPI 3.1: extra sibling fields: [operationID]",
		":6: /paths/~1invalid~1{id}/get: not valid OpenAPI 3.1: operation GET /invalid/{id} must define exactly all path parameters (missing: [id])",
	},
	"references.md": {
		":6: /paths/~1references/get/parameters/0: the reference #/components/parameters/gone points nowhere",
		":6: /paths/~1references/get/parameters/1: the reference common.yaml#/p leads to another document: bundle both into one before the import",
	},
	"conflict.md": {
		":6 and openapi/published/getDownloadXML.json:33 define /components/parameters/tenant/description differently: import the newer versions of both pages in one go (openapi/pages.yaml names the page of a published document)",
	},
	"contradiction.md": {
		":12 and testdata/corpus/contradiction.md:6 define /components/parameters/own/schema/type differently: make them agree in a copy of the page, and import the copy",
	},
	"beyond-the-generator.md": {
		":18: /paths/~1beyond~1itself/post: there is no Go code for postBeyondItself: the compilation of the generated code fails (exit status 1): invalid recursive type: Itself refers to itself; give the schema at fault an x-go-type by an action in openapi/overlay.yaml, or change the operation in a copy of the page",
		":12: /paths/~1beyond~1twin/get: there is no Go code for get_beyond_sound: the compilation of the generated code fails (exit status 1): duplicate method GetBeyondSound; other declaration of method GetBeyondSound; method Client.GetBeyondSound already declared; give the schema at fault an x-go-type by an action in openapi/overlay.yaml, or change the operation in a copy of the page",
	},
}

// TestCorpus imports documents of every kind. Each is imported with its remarks,
// or refused with all complaints at once, each of them once, and nothing written.
func TestCorpus(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(corpus + "*")
	require.NoError(t, err)
	require.Len(t, files, len(landing)+len(refused))
	p := newProject(t)
	for name, complaints := range refused {
		t.Run(name, func(t *testing.T) {
			p := project{t, p.Project}
			file, before := corpus+name, p.sums()
			report, err := p.try(file)
			require.Error(t, err)
			want := make([]string, len(complaints))
			for i, complaint := range complaints {
				want[i] = file + complaint
			}
			require.Equal(t, strings.Join(want, "\n"), err.Error())
			require.Empty(t, report, "a refusal comes without a report")
			require.Equal(t, before, p.sums())
		})
	}
	t.Run("landing", func(t *testing.T) { project{t, p.Project}.landAll() })
}

// landAll imports all pages of the corpus that can be.
func (p project) landAll() {
	p.t.Helper()
	begin := p.read("gen/client.gen.go")
	var names []string
	for name := range landing {
		names = append(names, corpus+name)
	}
	report := p.take(names...)
	for name, lines := range landing {
		for _, line := range lines {
			if strings.HasPrefix(line, ":") {
				line = corpus + name + line
			}
			require.Contains(p.t, report, line)
		}
	}
	for _, section := range []string{"What breaks callers", "What may break callers", "stops compiling", "NOT CHECKED"} {
		require.NotContains(p.t, report, section)
	}
	p.compiles()
	require.Contains(p.t, p.take(names...), "Every file was up to date.")
	before := p.sums()
	p.build()
	require.Equal(p.t, before, p.sums(), "make generate makes what the import did, byte for byte")

	client, server := p.read("gen/client.gen.go"), p.read("gen/server/server.gen.go")
	require.NotEqual(p.t, begin, client)
	require.NotContains(p.t, server, "PostServeClose")
	require.NotContains(p.t, client, "type Change ", "a client doesn't call webhooks")
	for _, line := range []string{"Several  json.RawMessage", "Always json.RawMessage", "Amount *float64", "Choice   *OddChoice", `OddChoiceX OddChoice = "x"`} {
		require.Contains(p.t, client, line)
	}

	doc, err := openapi3.NewLoader().LoadFromData([]byte(p.read("openapi/spark.yaml")))
	require.NoError(p.t, err)
	require.NoError(p.t, doc.Validate(context.Background()), "the document validates with the validator's defaults, whatever the pages hold")
	security := func(path, method string) string {
		operation := doc.Paths.Value(path).GetOperation(method)
		text := fmt.Sprint(*operation.Security)
		if operation.Servers != nil {
			text += " " + (*operation.Servers)[0].URL
		}
		return text
	}
	require.Equal(p.t, "[]", security("/health", "GET"))
	require.Equal(p.t, "[map[bearerToken:[]]]", security("/users", "GET"))
	require.Equal(p.t, "[] https://status.coherent.global", security("/mixed/public", "GET"))
	require.Equal(p.t, "[map[bearerToken:[]] map[]] https://own.example.com", security("/mixed/own", "GET"))
	require.Equal(p.t, "[] https://a.example.com", security("/mixed/path", "GET"))
	require.Equal(p.t, "[map[bearerToken:[]]] https://b.example.com", security("/mixed/path", "PUT"))
	require.Equal(p.t, "https://excel.{environment}.coherent.global", doc.Servers[0].URL)
}

// TestTheCommittedDocumentIsValid checks that the committed document validates with the validator's defaults.
func TestTheCommittedDocumentIsValid(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(repository, "openapi", "spark.yaml"))
	require.NoError(t, err)
	doc, err := openapi3.NewLoader().LoadFromData(data)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(context.Background()))
	examples := 0
	parsed, err := document.ParseYAML("spark.yaml", 1, data)
	require.NoError(t, err)
	document.Walk(parsed.Root, func(_ string, object map[string]any) {
		if _, ok := object["value"]; ok {
			examples++
		}
	})
	require.GreaterOrEqual(t, examples, 8, "the responses that we typed have examples")
}
