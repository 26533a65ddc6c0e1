package compare_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/compare"
	"github.com/sparkgo/spark-go/spark/record"
)

// withOutputs returns a call with these outputs and nothing else.
func withOutputs(t require.TestingT, outputs string) *record.Call {
	call, err := record.ParseCall([]byte(`{"EngineDetails":{"response_data":{"outputs":` + outputs + `}}}`))
	require.NoError(t, err)
	return call
}

// changes compares two calls with these outputs, and returns a line for each change.
func changes(t require.TestingT, a, b string, options compare.Options) []string {
	lines := []string{}
	for _, change := range compare.Calls(withOutputs(t, a), withOutputs(t, b), options).Changes {
		lines = append(lines, strings.TrimPrefix(change.String(), "~ "))
	}
	return lines
}

func TestCalls(t *testing.T) {
	for name, test := range map[string]struct {
		a, b string
		want []string
	}{
		"nothing":                     {`{"P":1.50,"Q":[1,{"a":null}]}`, `{"P":1.50,"Q":[1,{"a":null}]}`, nil},
		"order of members":            {`{"P":1,"Q":{"a":1,"b":2}}`, `{"Q":{"b":2,"a":1},"P":1}`, nil},
		"white space and escapes":     {`{"P":["A",true]}`, ` { "P" : [ "\u0041" , true ] } `, nil},
		"the last of a name":          {`{"P":1,"P":2}`, `{"P":2}`, nil},
		"trailing zeros":              {`{"P":1.0}`, `{"P":1}`, nil},
		"exponents":                   {`{"P":1e2,"Q":0.1E-3,"R":-0.0}`, `{"P":100,"Q":1e-4,"R":0}`, nil},
		"leading zeros of one":        {`{"P":1e0002}`, `{"P":1E+2}`, nil},
		"more than 1000%":             {`{"P":0.5}`, `{"P":12}`, []string{"outputs.P: 0.5 → 12  (+11.5, +2300%)"}},
		"the 20th digit":              {`{"P":0.12345678901234567891}`, `{"P":0.12345678901234567892}`, []string{"outputs.P: 0.12345678901234567891 → 0.12345678901234567892  (+0.00000000000000000001, +8.1e-18%)"}},
		"beyond a float":              {`{"P":9007199254740993}`, `{"P":9007199254740992}`, []string{"outputs.P: 9007199254740993 → 9007199254740992  (-1, -1.11e-14%)"}},
		"added":                       {`{}`, `{"P":1}`, []string{"+ outputs.P: 1"}},
		"removed":                     {`{"P":[1,2]}`, `{}`, []string{"- outputs.P: [1,2]"}},
		"null isn't missing":          {`{}`, `{"P":null}`, []string{"+ outputs.P: null"}},
		"null isn't zero":             {`{"P":null}`, `{"P":0}`, []string{"! outputs.P: null → 0  (null → number)"}},
		"null isn't empty":            {`{"P":null}`, `{"P":""}`, []string{`! outputs.P: null → ""  (null → string)`}},
		"a string isn't a number":     {`{"P":"7"}`, `{"P":7}`, []string{`! outputs.P: "7" → 7  (string → number)`}},
		"a boolean":                   {`{"P":true}`, `{"P":false}`, []string{"outputs.P: true → false"}},
		"a string":                    {`{"P":"a"}`, `{"P":"A"}`, []string{`outputs.P: "a" → "A"`}},
		"nested":                      {`{"P":{"Q":{"R":1,"S":2}}}`, `{"P":{"Q":{"R":1,"S":3,"T":4}}}`, []string{"outputs.P.Q.S: 2 → 3  (+1, +50%)", "+ outputs.P.Q.T: 4"}},
		"names that need quotes":      {`{"a.b":1,"":1,"x[0]":1," y":1}`, `{"a.b":2,"":2,"x[0]":2," y":2}`, []string{`outputs."a.b": 1 → 2  (+1, +100%)`, `outputs."": 1 → 2  (+1, +100%)`, `outputs."x[0]": 1 → 2  (+1, +100%)`, `outputs." y": 1 → 2  (+1, +100%)`}},
		"no difference of IDs":        {`{"Policy ID":7,"planId":7,"T":[{"id":7}],"Paid":1,"PAID":1}`, `{"Policy ID":8,"planId":8,"T":[{"id":8}],"Paid":2,"PAID":2}`, []string{"outputs.Policy ID: 7 → 8", "outputs.planId: 7 → 8", "outputs.T[0].id: 7 → 8", "outputs.Paid: 1 → 2  (+1, +100%)", "outputs.PAID: 1 → 2  (+1, +100%)"}},
		"from zero":                   {`{"P":0}`, `{"P":-5.50}`, []string{"outputs.P: 0 → -5.50  (-5.5)"}},
		"an immense number":           {`{"P":1e999999999}`, `{"P":10e999999998}`, nil},
		"another immense number":      {`{"P":1e999999999}`, `{"P":1}`, []string{"outputs.P: 1e999999999 → 1"}},
		"immense numbers apart":       {`{"P":1e999999999}`, `{"P":3e999999999}`, []string{"outputs.P: 1e999999999 → 3e999999999  (+2e999999999)"}},
		"an endless exponent":         {`{"P":1e99999999999999999999}`, `{"P":1e99999999999999999998}`, []string{"outputs.P: 1e99999999999999999999 → 1e99999999999999999998"}},
		"outputs that are not a list": {`[1,2]`, `[1,3]`, []string{"outputs[1]: 2 → 3  (+1, +50%)"}},
		"odd outputs":                 {`[1,2]`, `{"P":1}`, []string{`! outputs: [1,2] → {"P":1}  (list → object)`}},
		"no text for a terminal":      {`{"P":"a","\u001b[2J":1}`, `{"P":"b\u001b[2J` + "\u202e" + `","\u001b[2J":2}`, []string{`outputs.P: "a" → "b\u001b[2J\u202e"`, `outputs."\x1b[2J": 1 → 2  (+1, +100%)`}},
		"a long value":                {`{}`, `{"P":"` + strings.Repeat("x", 100) + `"}`, []string{`+ outputs.P: "` + strings.Repeat("x", 58) + `… (102 characters)`}},
		"a long name": {`{"` + strings.Repeat("n", 1000) + `a":1,"` + strings.Repeat("n", 1000) + `b":1}`, `{"` + strings.Repeat("n", 1000) + `a":2,"` + strings.Repeat("n", 1000) + `b":2}`, []string{
			"outputs." + strings.Repeat("n", 100) + "…280b27ad: 1 → 2  (+1, +100%)", "outputs." + strings.Repeat("n", 100) + "…b1027617: 1 → 2  (+1, +100%)",
		}},
		"broken surrogates": {`{"P":"\ud800"}`, `{"P":"\ud801"}`, []string{`outputs.P: "\ud800" → "\ud801"`}},
		"broken UTF-8":      {`{"P":"` + "\xff" + `"}`, `{"P":"` + "\xfe" + `"}`, []string{`outputs.P: "\xff" → "\xfe"`}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, append([]string{}, test.want...), changes(t, test.a, test.b, compare.Options{}))
		})
	}
}

func TestField(t *testing.T) {
	a := withOutputs(t, `{"T":[{"Y":1,"L":[5]},{"Y":2,"L":[5]}],"a.b":{"c":1}}`)
	b := withOutputs(t, `{"T":[{"Y":1,"L":[5]},{"Y":2,"L":[6]}],"a.b":{"c":2}}`)
	diff := compare.Calls(a, b, compare.Options{})
	require.Equal(t, []string{"T[Y=2].L[0]", `"a.b".c`}, []string{diff.Changes[0].Path, diff.Changes[1].Path})
	require.Equal(t, []string{"T[].L[]", `"a.b".c`}, []string{diff.Changes[0].Field, diff.Changes[1].Field})
}

func TestTolerance(t *testing.T) {
	for _, test := range []struct {
		a, b      string
		tolerance compare.Tolerance
		equal     bool
	}{
		{"1", "1.005", compare.Tolerance{Absolute: 0.005}, true},
		{"1", "1.0050000000000000001", compare.Tolerance{Absolute: 0.005}, false},
		{"1.005", "1", compare.Tolerance{Absolute: 0.005}, true},
		{"-0.0025", "0.0025", compare.Tolerance{Absolute: 0.005}, true},
		{"100", "101", compare.Tolerance{Relative: 0.01}, true}, // 1% of the larger
		{"100", "101.0101010101010101", compare.Tolerance{Relative: 0.01}, true},
		{"100", "101.0101010101010102", compare.Tolerance{Relative: 0.01}, false},
		{"0", "1e-300", compare.Tolerance{Relative: 0.5}, false},
		{"0", "1e-300", compare.Tolerance{Relative: 1}, true},
		{"0", "1e-300", compare.Tolerance{Absolute: 1e-300}, true},
		{"5", "6", compare.Tolerance{Absolute: 1, Relative: 1e-9}, true},
		{"1e999999999", "1", compare.Tolerance{Absolute: math.MaxFloat64}, false},
		{"1e999999999", "1", compare.Tolerance{Relative: 0.999}, false},
		{"1e999999999", "1", compare.Tolerance{Relative: 1}, true},
		{"1e999999999", "-1", compare.Tolerance{Relative: 1}, false},
		{"5", "-1e-999999999", compare.Tolerance{Absolute: 5}, false},
		{"5", "1e-999999999", compare.Tolerance{Absolute: 5}, true},
		{"1e-999999999", "0", compare.Tolerance{Absolute: 5e-324}, true},
		{"1", "2", compare.Tolerance{Absolute: math.Inf(1)}, true},
		{"1", "1.0", compare.Tolerance{Absolute: -1, Relative: math.NaN()}, true},
		{"1", "2", compare.Tolerance{Absolute: -5, Relative: math.NaN()}, false},
	} {
		got := changes(t, `{"P":[`+test.a+`]}`, `{"P":[`+test.b+`]}`, compare.Options{Tolerance: test.tolerance})
		require.Equal(t, test.equal, len(got) == 0, "%s and %s within %+v: %v", test.a, test.b, test.tolerance, got)
	}
	// Keys don't take each other's place however near they are.
	a, b := `{"T":[{"Id":1000,"A":1},{"Id":1001,"A":2}]}`, `{"T":[{"Id":1001,"A":2},{"Id":1000,"A":5}]}`
	require.Equal(t, []string{"outputs.T[Id=1000].A: 1 → 5  (+4, +400%)", "outputs.T: the rows are in a different order"},
		changes(t, a, b, compare.Options{Tolerance: compare.Tolerance{Relative: 0.01}}))
}

func TestIgnore(t *testing.T) {
	a := `{"RunDate":"x","T":[{"Y":1,"Now":5,"A":1},{"Y":2,"Now":6,"A":2}],"C":{"D":{"E":1}}}`
	b := `{"RunDate":"y","T":[{"Y":1,"Now":7,"A":1},{"Y":2,"Now":8,"A":2}],"C":{"D":{"E":2}}}`
	require.Len(t, changes(t, a, b, compare.Options{}), 4)
	require.Equal(t, []string{"outputs.C.D.E: 1 → 2  (+1, +100%)"}, changes(t, a, b, compare.Options{Ignore: []string{"outputs.RunDate", "outputs.T[].Now"}}))
	require.Empty(t, changes(t, a, b, compare.Options{Ignore: []string{"outputs.RunDate", "outputs.T[].Now", "outputs.C.D"}}))
	require.Empty(t, changes(t, a, b, compare.Options{Ignore: []string{"outputs"}}))
	require.Len(t, changes(t, a, b, compare.Options{Ignore: []string{"outputs.rundate", "RunDate", "inputs", "outputs.T.Now", "outputs.C.D.E.F"}}), 4)
}

// The fields of a call that a program has built may contain anything.
func TestCallsByHand(t *testing.T) {
	a := &record.Call{ID: "a", ServiceChain: json.RawMessage(`{no json`), Errors: []record.ModelError{{AdditionalDetails: json.RawMessage(`]`)}}}
	b := &record.Call{ID: "b", CalcTime: -time.Nanosecond, LogTime: time.Date(2026, 3, 1, 0, 0, 0, 1, time.UTC)}
	diff := compare.Calls(a, b, compare.Options{})
	require.Len(t, diff.Changes, 5)
	require.Contains(t, diff.String(), `+ Calc time (ms)  -0.000001`)
	require.Empty(t, compare.Calls(a, a, compare.Options{}).String())
}

func TestDeepValues(t *testing.T) {
	deep := func(core string) string {
		return `{"D":` + strings.Repeat(`[`, 5000) + core + strings.Repeat(`]`, 5000) + `}`
	}
	require.Empty(t, changes(t, deep("1.0"), deep("1"), compare.Options{}))
	got := changes(t, deep("1"), deep("2"), compare.Options{})
	require.Len(t, got, 1)
	require.Contains(t, got[0], "outputs.D[0][0]")
}

// Comparing any two records ends, a record is equal to itself, and what differs can be
// printed.
func FuzzCalls(f *testing.F) {
	f.Add([]byte(`{"P":1.0,"T":[{"Y":1},{"Y":2}]}`), []byte(`{"P":1e0,"T":[{"Y":2},{"Y":3}]}`))
	f.Add([]byte(`[[1,2],[3],null,{"":"\ud800"}]`), []byte("[[2,1],[3,4],\"\xff\",-0.0e-5]"))
	f.Add([]byte(`{"a":1,"a":{"b":2}}`), []byte(` { "a" : { "b" : 2 } } `))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if !json.Valid(a) || !json.Valid(b) {
			t.Skip("records contain valid JSON only")
		}
		before, err := record.ParseCall(`{"EngineDetails":{"response_data":{"outputs":` + string(a) + `}}}`)
		require.NoError(t, err)
		after, err := record.ParseCall(`{"EngineDetails":{"response_data":{"outputs":` + string(b) + `}}}`)
		require.NoError(t, err)
		require.Empty(t, compare.Calls(before, before, compare.Options{}).Changes)
		there := compare.Calls(before, after, compare.Options{})
		back := compare.Calls(after, before, compare.Options{})
		require.Len(t, back.Changes, len(there.Changes))
		require.Equal(t, there.Empty(), there.String() == "")
		_, err = json.Marshal(there)
		require.NoError(t, err)
		require.NotEmpty(t, compare.ByInputs(before))
	})
}

func TestDiffJSON(t *testing.T) {
	diff := compare.Calls(withOutputs(t, `{"P":1.10,"Q":null,"R":"<&>"}`), withOutputs(t, `{"P":2.100,"S":null,"R":"x"}`), compare.Options{})
	data, err := json.Marshal(diff)
	require.NoError(t, err)
	require.JSONEq(t, `{"a":{"id":""},"b":{"id":""},"changes":[
		{"section":"outputs","path":"P","field":"P","kind":"changed","a":1.10,"b":2.100,"delta":1},
		{"section":"outputs","path":"Q","field":"Q","kind":"removed","a":null},
		{"section":"outputs","path":"R","field":"R","kind":"changed","a":"<&>","b":"x"},
		{"section":"outputs","path":"S","field":"S","kind":"added","b":null}]}`, string(data))
	require.Contains(t, string(data), `"a":1.10,"b":2.100,"delta":1`, "every digit is kept")

	data, err = json.Marshal(compare.Calls(withOutputs(t, `{}`), withOutputs(t, `{}`), compare.Options{}))
	require.NoError(t, err)
	require.JSONEq(t, `{"a":{"id":""},"b":{"id":""},"changes":[]}`, string(data))
}
