package compare_test

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/compare"
	"github.com/sparkgo/spark-go/spark/record"
)

func TestMetadata(t *testing.T) {
	data, err := os.ReadFile("../record/testdata/calls/full.json")
	require.NoError(t, err)
	a, err := record.ParseCall(data)
	require.NoError(t, err)
	same, err := record.ParseCall(data)
	require.NoError(t, err)
	require.True(t, compare.Calls(a, same, compare.Options{}).Empty())

	b, err := record.ParseCall([]byte(strings.NewReplacer(`"UserName":"ada@`, `"UserName":"béa@`, `"CalcTime":25`, `"CalcTime":25.5`, `"Tenant":"my-tenant",`, ``,
		`"version":"1.2.3"`, `"version":"1.3.0"`, `"requested_output":null`, `"requested_output":["Premium"]`, `"service_chain":null`, `"service_chain":[{"calls":1}]`,
		`"errors":null`, `"errors":[{"message":"no rate","source_path":"B7"}]`, `"2026-03-01T08:15:30.123456"`, `"2026-03-01T08:15:31"`).Replace(string(data))))
	require.NoError(t, err)
	diff := compare.Calls(a, b, compare.Options{})
	var lines []string
	for _, change := range diff.Changes {
		lines = append(lines, change.String())
	}
	require.Equal(t, []string{
		`+ errors[0]: B7: no rate`,
		`~ metadata.Version: "1.2.3" → "1.3.0"`,
		`- metadata.Tenant: "my-tenant"`,
		`~ metadata.User name: "ada@example.com" → "béa@example.com"`,
		`~ metadata.Log time: "2026-03-01T08:15:30.123456Z" → "2026-03-01T08:15:31Z"`,
		`~ metadata.Calc time (ms): 25 → 25.5  (+0.5, +2%)`,
		`+ metadata.Request.Requested outputs: ["Premium"]`,
		`+ metadata.Service chain: [{"calls":1}]`,
	}, lines)
	require.Len(t, compare.Calls(a, b, compare.Options{Ignore: []string{"metadata"}}).Changes, 1)
	require.Len(t, compare.Calls(a, b, compare.Options{Ignore: []string{"errors", "metadata.Request", "metadata.Version", "metadata.Service chain[].calls"}}).Changes, 5)
}

func TestMessages(t *testing.T) {
	long := strings.Repeat("long ", 50)
	a := &record.Call{Errors: []record.ModelError{{Message: "same", AdditionalDetails: json.RawMessage(`{"age":["low"]}`)}}}
	b := &record.Call{
		Errors: []record.ModelError{{Message: "same", AdditionalDetails: json.RawMessage(`{"age":["low"],"sum":{"is":1}}`)}, {SourcePath: "B7", Message: long + "\x1b"},
			{SourcePath: "age", Category: "VALIDATION", Type: "MIN", AdditionalDetails: json.RawMessage(`"try 18"`)}},
		Warnings: []record.ModelWarning{{Message: "new"}},
	}
	diff := compare.Calls(a, b, compare.Options{})
	require.Regexp(t, `(?m)^errors
  \+ \[message=same\]\.additional_details\.sum +\{"is":1\}
  \+ \[message=long .*\]  B7: `+long+`\\u001b
  \+ \[message=try 18 \(VALIDATION, MIN\)\] +age: try 18 \(VALIDATION, MIN\)
warnings
  \+ \[0\]  new
$`, diff.String(), "reasons aren't cut")
	require.JSONEq(t, `{"source_path":"B7","message":"`+long+`\u001b"}`, string(diff.Changes[1].B.JSON()))
}

// A field that record.Call gets must be added to the metadata.
func TestEveryFieldIsCompared(t *testing.T) {
	for _, fields := range []func(*record.Call) reflect.Value{
		func(c *record.Call) reflect.Value { return reflect.ValueOf(c).Elem() },
		func(c *record.Call) reflect.Value { return reflect.ValueOf(&c.Request).Elem() },
	} {
		for i := range fields(&record.Call{}).NumField() {
			var call record.Call
			if fill(fields(&call).Field(i)) {
				require.Len(t, compare.Calls(&record.Call{}, &call, compare.Options{}).Changes, 1, fields(&call).Type().Field(i).Name)
			}
		}
	}
}

// fill sets a field, and reports whether it belongs to the metadata itself.
func fill(field reflect.Value) bool {
	switch field.Type() {
	case reflect.TypeFor[time.Time]():
		field.Set(reflect.ValueOf(time.Unix(1, 0)))
	case reflect.TypeFor[time.Duration]():
		field.SetInt(1)
	case reflect.TypeFor[string]():
		field.SetString("x")
	case reflect.TypeFor[bool]():
		field.SetBool(true)
	case reflect.TypeFor[[]string]():
		field.Set(reflect.ValueOf([]string{"x"}))
	case reflect.TypeFor[json.RawMessage]():
		field.SetBytes([]byte("1"))
	default:
		sections := []reflect.Type{reflect.TypeFor[record.Values](), reflect.TypeFor[[]record.ModelError](), reflect.TypeFor[[]record.ModelWarning](), reflect.TypeFor[record.RequestMeta]()}
		if field.CanSet() && !slices.Contains(sections, field.Type()) {
			panic("a field of another type: " + field.Type().String())
		}
		return false
	}
	return true
}
