package record_test

import (
	"encoding/json"
	"fmt"
	"log"
	"math/big"
	"os"
	"strings"

	"github.com/sparkgo/spark-go/spark/record"
)

// exampleCall returns the call that the examples share.
func exampleCall() *record.Call {
	data, err := os.ReadFile("testdata/calls/full.json")
	if err != nil {
		log.Fatal(err)
	}
	call, err := record.ParseCall(data)
	if err != nil {
		log.Fatal(err)
	}
	return call
}

// Decode a record that was saved earlier.
func ExampleParseCall() {
	call, err := record.ParseCall([]byte(`{
		"EngineCallId": "0d9f6f6e-4f4c-4b1e-9d53-2f6a2f6b8a11",
		"LogTime": "2026-03-01T08:15:30.123456",
		"Service": "term-life",
		"CalcTime": 25,
		"EngineDetails": {"response_data": {"outputs": {"Premium": 1234.50}}}
	}`))
	if err != nil {
		log.Fatal(err)
	}
	premium, _ := call.Outputs.Get("Premium")
	fmt.Println(call.ID, call.Service, call.LogTime, call.CalcTime)
	fmt.Println(premium)
	// Output:
	// 0d9f6f6e-4f4c-4b1e-9d53-2f6a2f6b8a11 term-life 2026-03-01 08:15:30.123456 +0000 UTC 25ms
	// 1234.50
}

// A field that can't be read doesn't affect the others.
func ExampleCall_Problems() {
	call, err := record.ParseCall([]byte(`{"EngineCallId": "call-1", "CalcTime": "a while"}`))
	if err != nil {
		log.Fatal(err)
	}
	for _, problem := range call.Problems() {
		fmt.Printf("call %s: %s, but has %s\n", call.ID, problem, problem.Raw)
	}
	// Output:
	// call call-1: $.CalcTime: not a number of milliseconds, but has "a while"
}

// The record is unchanged, with members that the library doesn't know.
func ExampleCall_JSON() {
	call, err := record.ParseCall([]byte(`{"EngineCallId":"call-1","Shiny new member":[1.10]}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", call.JSON())
	// Output:
	// {"EngineCallId":"call-1","Shiny new member":[1.10]}
}

// Decode all outputs into a struct of your own.
func ExampleValues_Decode() {
	var outputs struct {
		Premium   json.Number // exact
		Rate      float64     // rounded, because it asks for a float64
		Cashflows []struct {
			Year   int
			Amount json.Number
			Note   *string // may be missing or null
		}
	}
	if err := exampleCall().Outputs.Decode(&outputs); err != nil {
		log.Fatal(err)
	}
	fmt.Println(outputs.Premium, outputs.Rate)
	for _, flow := range outputs.Cashflows {
		fmt.Println(flow.Year, flow.Amount)
	}
	// Output:
	// 1234.50 0.12345678901234568
	// 1 100.10
	// 2 -3E+2
}

// List all inputs in the order of the record.
func ExampleValues_All() {
	for name, value := range exampleCall().Inputs.All() {
		fmt.Printf("%s: %s\n", name, value)
	}
	// Output:
	// Age: 42
	// Sum insured: 250000.000000000000000001
	// Smoker: false
	// Name: Zoë "Z" O’Neill
	// Riders: [{"Code":"CI","Share":0.10},{"Code":"TPD","Share":1e-7,"Wait":null}]
	// Comment: null
}

// Tell a missing value from null.
func ExampleValues_Get() {
	inputs := exampleCall().Inputs
	for _, name := range []string{"Height", "Comment", "Age"} {
		switch value, ok := inputs.Get(name); {
		case !ok:
			fmt.Println(name, "is missing")
		case value.IsNull():
			fmt.Println(name, "is null")
		default:
			fmt.Println(name, "is", value)
		}
	}
	// Output:
	// Height is missing
	// Comment is null
	// Age is 42
}

// Get one value as the type that you want.
func ExampleValueAs() {
	call := exampleCall()
	age, err := record.ValueAs[int](call.Inputs, "Age")
	if err != nil {
		log.Fatal(err)
	}
	sum, err := record.ValueAs[json.Number](call.Inputs, "Sum insured")
	if err != nil {
		log.Fatal(err)
	}
	exact, _ := new(big.Rat).SetString(sum.String())
	fmt.Println(age, exact.FloatString(18))

	// A missing or null value is an error, not a zero.
	_, err = record.ValueAs[string](call.Inputs, "Comment")
	fmt.Println(err)
	// Output:
	// 42 250000.000000000000000001
	// value "Comment": the value is null, which string can't represent; decode into *string
}

// Get the rows of a table as a slice of structs.
func ExampleValueAs_table() {
	type cashflow struct {
		Year   int
		Amount json.Number
	}
	flows, err := record.ValueAs[[]cashflow](exampleCall().Outputs, "Cashflows")
	if err != nil {
		log.Fatal(err)
	}
	for _, flow := range flows {
		fmt.Println(flow.Year, flow.Amount)
	}
	// Output:
	// 1 100.10
	// 2 -3E+2
}

// Read a table whose columns are not known beforehand.
func ExampleValue_Table() {
	value, _ := exampleCall().Outputs.Get("Cashflows")
	table, err := value.Table()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Join(table.Columns, ";"))
	for _, row := range table.Rows {
		var cells []string
		for _, column := range table.Columns {
			cell, _ := row.Get(column) // empty if the row doesn't have it
			cells = append(cells, cell.String())
		}
		fmt.Println(strings.Join(cells, ";"))
	}
	// Output:
	// Year;Amount;Note
	// 1;100.10;
	// 2;-3E+2;last
}
