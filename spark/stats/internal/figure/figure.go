// Package figure writes the figures and names of a report for people.
package figure

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Duration returns a duration in three digits, with a unit that fits.
func Duration(d time.Duration) string {
	unit, name := time.Millisecond, "ms"
	switch {
	case d >= time.Hour:
		unit, name = time.Hour, "h"
	case d >= time.Minute:
		unit, name = time.Minute, "min"
	case d >= time.Second:
		unit, name = time.Second, "s"
	}
	return ThreeDigits(float64(d)/float64(unit)) + " " + name
}

// Durations returns several durations, or – for each of them if they aren't known.
func Durations(known bool, durations ...time.Duration) []string {
	cells := make([]string, len(durations))
	for i, d := range durations {
		cells[i] = "–"
		if known {
			cells[i] = Duration(d)
		}
	}
	return cells
}

// ThreeDigits returns a number that isn't negative, rounded to three digits or to an
// integer.
func ThreeDigits(f float64) string {
	decimals := 2
	switch {
	case f >= 99.95:
		decimals = 0
	case f >= 9.995:
		decimals = 1
	}
	return trimZeros(strconv.FormatFloat(f, 'f', decimals, 64))
}

// trimZeros returns a number without zeros at the end of its fraction.
func trimZeros(number string) string {
	if !strings.Contains(number, ".") {
		return number
	}
	return strings.TrimSuffix(strings.TrimRight(number, "0"), ".")
}

// Percent returns a share from 0 to 1. Only 0 is 0%, and only 1 is 100%.
func Percent(share float64) string {
	switch {
	case share == 0 || share == 1:
		return strconv.Itoa(int(100*share)) + "%"
	case share < 0.001:
		return "<0.1%"
	case share > 0.999:
		return ">99.9%"
	}
	return fmt.Sprintf("%.1f%%", 100*share)
}

// Calls returns a number of calls, such as 7,920 calls.
func Calls(n int) string {
	if n == 1 {
		return "1 call"
	}
	return Count(n) + " calls"
}

// Count returns a count with a comma after each thousand.
func Count(n int) string { return thousands(strconv.Itoa(n)) }

// thousands returns a number with a comma after each thousand of its integer part.
func thousands(number string) string {
	integer, fraction, hasPoint := strings.Cut(number, ".")
	sign := ""
	if strings.HasPrefix(integer, "-") {
		sign, integer = "-", integer[1:]
	}
	for at := len(integer) - 3; at > 0; at -= 3 {
		integer = integer[:at] + "," + integer[at:]
	}
	if hasPoint {
		fraction = "." + fraction
	}
	return sign + integer + fraction
}

// Number returns a number, rounded to seven digits but with at least two decimals, and –
// for an empty text.
func Number(number json.Number) string {
	exact, ok := new(big.Rat).SetString(string(number))
	if !ok {
		return "–"
	}
	f, _ := exact.Float64()
	if size := math.Abs(f); size >= 1e15 || size > 0 && size < 1e-4 {
		return strconv.FormatFloat(f, 'g', 7, 64)
	}
	integerDigits := len(strconv.Itoa(int(math.Abs(f))))
	return thousands(trimZeros(exact.FloatString(max(2, 7-integerDigits))))
}

// Name returns a name as it is printed: quoted if it contains anything that could
// upset a terminal or be mistaken for another name. Up to missed of its calls are among
// the others.
func Name(name string, missed int) string {
	if missed > 0 {
		return fmt.Sprintf("%s (and up to %s calls under other)", Name(name, 0), Count(missed))
	}
	if name == "" {
		return "(none)"
	}
	odd := func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }
	if strings.ContainsFunc(name, odd) || name != strings.TrimSpace(name) || strings.HasPrefix(name, "(") {
		return strconv.Quote(name)
	}
	return name
}

// Others returns the common name of all names that are not listed. It contains their
// number unless that is 0, which means that it isn't known.
func Others(names int) string {
	if names <= 0 {
		return "(other)"
	}
	return fmt.Sprintf("(%s other)", Count(names))
}
