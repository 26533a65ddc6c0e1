package sparktest

import (
	"encoding/json"
	"fmt"
)

var (
	sampleWarnings = []Message{
		{SourcePath: "Inputs!C7", Text: "Driver is younger than 25: a loading applies."},
		{SourcePath: "Rating!F12", Text: `Region "Genève, Rive Gauche" is rated as "Genève".`},
	}
	sampleErrors = []Message{{
		SourcePath: "Rating!D19",
		Text:       "No rate was found for the vehicle's group.",
		Category:   "EXCEL_ERROR",
		Type:       "#N/A",
	}}
	sampleRegions  = []string{"London", "Genève, Rive Gauche", "Zürich", "東京", `The "Old" Town`}
	sampleNotes    = []any{nil, "", "first line\nsecond line", "50% off; <no> & \"yes\"", "ünïcödé ✓"}
	sampleBands    = []string{"0-5000", "5000-10000", "10000+"}
	sampleVehicles = []json.Number{"24350.75", "8999.99", "61200", "0.1000000000000000055511151231257827"}
)

// price sets the inputs and the outputs.
func (g *generator) price(c *Call, i int, newVersion bool) {
	mileage, premium := g.IntN(25000), g.decimal(200, 1800)
	inputs := []any{
		"Driver Age", 17 + g.IntN(70),
		"Vehicle Value", sampleVehicles[i%len(sampleVehicles)],
		"Region", sampleRegions[i%len(sampleRegions)],
		"Comprehensive", i%2 == 0,
		"No Claims Years", g.IntN(12),
		"Discount Factor", g.decimal(0, 1),
		"Policy Number", g.largeOdd(),
		"Licence Held Since", fmt.Sprintf("%d-0%d-1%d", 1970+g.IntN(50), 1+g.IntN(9), g.IntN(10)),
		"Notes", sampleNotes[i%len(sampleNotes)],
		"Named Drivers", g.drivers(i % 3),
	}
	outputs := []any{
		"Annual Premium", premium,
		"Monthly Premium", g.decimal(15, 160),
		"Risk Score", g.decimal(0, 1),
		"Referral Required", len(c.Warnings) > 0,
		"Policy Reference", g.largeOdd(),
		"Premium Breakdown", g.breakdown(),
	}
	if newVersion {
		inputs = append(inputs, "Mileage Band", sampleBands[min(mileage/5000, 2)], "Telematics Score", g.IntN(101))
		outputs = append(outputs, "Telematics Discount", g.decimal(0, 40))
	} else {
		inputs = append(inputs, "Annual Mileage", mileage)
	}
	if len(c.Errors) > 0 {
		outputs = append([]any{"Annual Premium", nil}, outputs[4:]...)
	}
	c.Inputs, c.Outputs = jsonObject(inputs...), jsonObject(outputs...)
}

// decimal returns a number with 17 decimals, more than a float64 has.
func (g *generator) decimal(from, to int) json.Number {
	return json.Number(fmt.Sprintf("%d.%017d", from+g.IntN(to-from), g.Int64N(1e17)))
}

// largeOdd returns an integer over 2^53 that a float64 would round.
func (g *generator) largeOdd() json.Number {
	return json.Number(fmt.Sprint(int64(1)<<53 + 2*g.Int64N(1e12) + 1))
}

func (g *generator) drivers(count int) []json.RawMessage {
	rows := []json.RawMessage{}
	for i := range count {
		rows = append(rows, jsonObject(
			"Name", []string{"Zoë O'Neill", "李雷"}[i],
			"Age", 17+g.IntN(60),
			"Convictions", i,
		))
	}
	return rows
}

func (g *generator) breakdown() []json.RawMessage {
	var rows []json.RawMessage
	for _, cover := range []string{"Third Party", "Fire & Theft", "Own Damage"} {
		rows = append(rows, jsonObject("Cover", cover, "Premium", g.decimal(20, 500), "Tax", g.decimal(1, 60)))
	}
	return rows
}
