package compare_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/coverage"
	"github.com/sparkgo/spark-go/openapi/internal/compare"
)

var facade = coverage.Facade{
	"postA": {Method: "Service.DoA", Request: "Filter", Answer: "Result", Takes: []string{"body"}},
	"getB":  {Exempt: "nobody needs it"},
}

// TestReport reads a whole report: what changed, what breaks, what to do.
func TestReport(t *testing.T) {
	needOasdiff(t)
	after := strings.NewReplacer(
		"big: {type: boolean}", "huge: {type: boolean}",
		"small: {type: boolean}", "small: {type: boolean}\n            page: {type: integer}",
		"{id: {type: string}}", "{id: {type: string}, more: {type: string}}",
		"operationId: getB,", "operationId: getB, deprecated: true,",
		"format: uuid", "maxLength: 36",
		"  /b:", "  /c: {put: {operationId: putC, responses: {'200': {description: OK}}}}\n  /b:",
	).Replace(before)
	report := compare.Versions(context.Background(),
		compare.Version{Published: root(t, before), Client: []byte("package gen\ntype ID = uuid.UUID\ntype Request struct { Data any }\n")},
		compare.Version{Published: root(t, after), Client: []byte("package gen\ntype ID = string\ntype Request struct { Data string }\ntype PutCParams struct{}\n")},
		facade)
	require.Equal(t, `What changed in the published documents
  getB
    - deprecated was false, is true
  postA (spark.Service.DoA)
    - path parameter id retyped: was string (uuid), is string
    - path parameter id: maxLength was not set, is 36
    - request field data.big renamed to data.huge (same type, the only one gone and the only one new here)
    - request field data.page added: integer, optional
    - answer 200 field more added: string, optional
  putC
    - the operation is new: put /c

What breaks callers
  - on the wire: breaks postA: for the `+"`path` request parameter `id`, the maxLength was set to `36`"+`
  - on the wire: may break postA: removed the request property `+"`data/big`"+`
  - in Go: type ID was uuid.UUID, is string
  - in Go: type Request: the field Data was any, is string

What is new in package gen
  - type PutCParams is new

What to do next
  1. getB is exempt from the facade (nobody needs it): look whether the reason still holds
  2. spark.Service.DoA, spark.Filter: make settable data.page
  3. spark.Service.DoA, spark.Filter: adapt to the changed id, data.huge
  4. spark.Service.DoA, spark.Result: make readable more
  5. putC: reachable through gen only; give each a method in package spark and list it in openapi/facade.yaml, or list it there as exempt with a reason
  6. gen.Request changes in Go: look at spark.Service.DoA
  7. run make test: the coverage test of package spark names what the facade leaves out
`, report.String())
}

func TestReportOfNothing(t *testing.T) {
	same := compare.Version{Published: root(t, before), Corrected: root(t, before), Client: []byte("package gen\n")}
	require.Equal(t, "Nothing has changed in the API.\n", compare.Versions(context.Background(), same, same, facade).String())
}

// TestReportOfCorrections doesn't tell twice what the overlay leaves as it is.
func TestReportOfCorrections(t *testing.T) {
	after := strings.Replace(before, "Do it", "Do it now", 1)
	corrected := strings.Replace(after, "getB,", "getB, summary: ours,", 1)
	report := compare.Versions(context.Background(),
		compare.Version{Published: root(t, before), Corrected: root(t, before)},
		compare.Version{Published: root(t, after), Corrected: root(t, corrected)}, facade)
	require.Len(t, report.Published, 1)
	require.Len(t, report.Corrected, 1)
	require.Equal(t, "getB", report.Corrected[0].Operation)
}

// TestWithoutTheNetwork makes sure that a comparison which can't run oasdiff
// says so instead of finding nothing.
func TestWithoutTheNetwork(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOMODCACHE", t.TempDir())
	t.Setenv("GOFLAGS", "-modcacherw")
	after := strings.Replace(before, "big:", "huge:", 1)
	report := compare.Versions(context.Background(), compare.Version{Published: root(t, before)}, compare.Version{Published: root(t, after)}, nil)
	require.ErrorContains(t, report.WireFault, "oasdiff@v1.35.0")
	text := report.String()
	require.Contains(t, text, "NOT CHECKED on the wire, for oasdiff could not be run:")
	require.Contains(t, text, "module lookup disabled by GOPROXY=off")
	require.NotContains(t, text, "Nothing.")
}

// needOasdiff skips a test where oasdiff can neither be found nor fetched: it
// is no part of this module, and a build without the network must pass.
func needOasdiff(t *testing.T) {
	t.Helper()
	if out, err := exec.Command("go", "run", compare.Oasdiff, "--version").CombinedOutput(); err != nil {
		t.Skipf("oasdiff can't be run here: %s", out)
	}
}
