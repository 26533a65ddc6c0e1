package main

import (
	"fmt"
	"strconv"
	"strings"
)

// percents are what an export shows one after the other.
type percents []float64

// Set takes no 100, since an export shows that at its end only.
func (p *percents) Set(text string) error { return p.set(text, 99) }

func (p *percents) set(text string, most float64) error {
	*p = nil
	for part := range strings.SplitSeq(text, ",") {
		percent, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(percent >= 0 && percent <= most) {
			return fmt.Errorf("expected numbers from 0 to %v, such as 0,10,80", most)
		}
		*p = append(*p, percent)
	}
	return nil
}

func (p *percents) String() string {
	var parts []string
	for _, percent := range *p {
		parts = append(parts, strconv.FormatFloat(percent, 'f', -1, 64))
	}
	return strings.Join(parts, ",")
}

func (p *percents) Type() string { return "percents" }
