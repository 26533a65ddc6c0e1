package stats

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// short writes a duration in three digits with a fitting unit.
func short(d time.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if d >= unit.size {
			return threeDigits(float64(d)/float64(unit.size)) + " " + unit.name
		}
	}
	return threeDigits(milliseconds(d)) + " ms"
}

func threeDigits(f float64) string {
	decimals := 2
	switch {
	case f >= 99.95:
		decimals = 0
	case f >= 9.995:
		decimals = 1
	}
	text := strconv.FormatFloat(f, 'f', decimals, 64)
	if decimals > 0 {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// percent writes a share from 0 to 1. Little isn't nothing, and much isn't all.
func percent(share float64) string {
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

// thousands writes a count with a comma after each thousand.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// display returns a name as it is shown: quoted if it holds anything that could
// upset a terminal or be taken for another name.
func display(name string) string {
	if name == "" {
		return "(none)"
	}
	for _, r := range name {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return strconv.Quote(name)
		}
	}
	if name != strings.TrimSpace(name) || strings.HasPrefix(name, "(") {
		return strconv.Quote(name)
	}
	return name
}

// displayMissed returns a name as it is shown, with the calls that may be missing.
func displayMissed(name string, missed int) string {
	if missed == 0 {
		return display(name)
	}
	return fmt.Sprintf("%s (and up to %s calls under other)", display(name), thousands(missed))
}
