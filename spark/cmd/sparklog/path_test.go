package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/record"
)

func pathOf(t *testing.T, text string) valuePath {
	path, err := parsePath(text)
	require.NoError(t, err)
	require.Equal(t, text, path.String())
	return path
}

// callsAndRows are the same call, out of a JSON file and out of a CSV file.
func callsAndRows(t *testing.T) (callEntry, rowEntry) {
	call, err := record.ParseCall([]byte(`{"EngineDetails":{
		"request_data":{"inputs":{"age":18,"drivers":[{"age":20,"names":["Ada"]}]}},
		"response_data":{"outputs":{"age":19,"rate":{"base":0.10},"rate.base":null,"rate.net":"n/a","a[0]":7,"list":"[1]","none":null}}}}`))
	require.NoError(t, err)
	for row, err := range record.ReadRows(strings.NewReader(
		`Call ID,age,drivers,age,rate,rate.base,rate.net,a[0],none` + "\n" +
			`1,18,"[{""age"":20,""names"":[""Ada""]}]",19,"{""base"":0.10}",,n/a,7,`)) {
		require.NoError(t, err)
		return callEntry{call}, rowEntry{row, newCSVHeader(row.Columns())}
	}
	panic("no row")
}

func TestValuePath(t *testing.T) {
	t.Parallel()
	call, row := callsAndRows(t)
	for path, want := range map[string]string{
		"inputs.age":                  "18",
		"outputs.age":                 "19",
		"inputs.drivers[0].age":       "20",
		"inputs.drivers[0].names[0]":  `"Ada"`,
		"outputs.rate.base":           "null", // the longest name
		"outputs.rate.net":            `"n/a"`,
		"outputs.rate":                `{"base":0.10}`,
		"outputs.a[0]":                "7",
		"outputs.none":                "null",
		"outputs.Age":                 "",
		"outputs.age.x":               "",
		"outputs.none.x":              "",
		"outputs.list[0]":             "",
		"inputs.drivers[1]":           "",
		"inputs.drivers[-1]":          "",
		"inputs.drivers[0":            "",
		"inputs.drivers[0]age":        "",
		"inputs.drivers.age":          "",
		"inputs.drivers[0].names[0].": "",
	} {
		for _, r := range []entry{call, row} {
			value, ok := pathOf(t, path).in(r)
			require.Equal(t, want != "", ok, path)
			require.Equal(t, want, string(value.JSON()), path)
		}
	}
	for _, text := range []string{"", "premium", "inputs", "outputs.", "errors.x", "Outputs.x"} {
		_, err := parsePath(text)
		require.ErrorContains(t, err, "such as outputs.premium", text)
	}
}

func TestKnownPaths(t *testing.T) {
	t.Parallel()
	call, row := callsAndRows(t)
	var known knownPaths
	known.add(call)
	known.add(call)
	require.EqualError(t, known.missing(pathOf(t, "outputs.premium")), "no call has outputs.premium; there are "+
		"outputs.age, outputs.rate.base, outputs.rate.base, outputs.rate.net, outputs.a[0], outputs.list, outputs.none, inputs.age, inputs.drivers[0].age, inputs.drivers[0].names[0]")
	require.EqualError(t, known.missing(pathOf(t, "outputs.AGE")), "no call has outputs.AGE; did you mean outputs.age?")
	known = knownPaths{}
	require.ErrorContains(t, known.missing(pathOf(t, "outputs.x")), "there are no inputs and no outputs")
	known.add(row)
	require.ErrorContains(t, known.missing(pathOf(t, "outputs.x")), "there are outputs.age, outputs.drivers[0].age, ")
}

// A comma separates paths only before a path.
func TestPathsWithCommas(t *testing.T) {
	t.Parallel()
	var paths pathsFlag
	require.NoError(t, paths.set("inputs.a, b,outputs.c, inputs.d"))
	require.NoError(t, paths.set("outputs.c"))
	require.Equal(t, pathsFlag{{"inputs", "a, b"}, {"outputs", "c"}, {"inputs", "d"}}, paths)
}
