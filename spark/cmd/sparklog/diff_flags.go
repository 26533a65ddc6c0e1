package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/spark/compare"
)

// tolerance is the value of a flag that takes a number, or a share with a percent
// sign, or one after the other.
type tolerance struct{ compare.Tolerance }

func (t *tolerance) Set(value string) error {
	number, relative := strings.CutSuffix(strings.TrimSpace(value), "%")
	bound := &t.Absolute
	if relative {
		// Text keeps 0.7% from becoming a number next to 0.007.
		bound, number = &t.Relative, number+"e-2"
	}
	parsed, err := strconv.ParseFloat(number, 64)
	if err != nil || parsed < 0 || math.IsNaN(parsed) || math.IsInf(parsed, 0) {
		return errors.New("expected a number from 0 on, such as 0.005, or a share such as 0.1%")
	}
	*bound = parsed
	return nil
}

func (t *tolerance) String() string {
	var parts []string
	if t.Absolute > 0 {
		parts = append(parts, strconv.FormatFloat(t.Absolute, 'g', -1, 64))
	}
	if t.Relative > 0 {
		parts = append(parts, strconv.FormatFloat(100*t.Relative, 'g', 15, 64)+"%")
	}
	return strings.Join(parts, " or ")
}

func (t *tolerance) Type() string { return "number" }

// fields is the value of a flag that names fields of calls, and can be repeated.
type fields []string

func (f *fields) Set(value string) error {
	section, _, _ := strings.Cut(strings.ReplaceAll(value, "[", "."), ".")
	switch compare.Section(section) {
	case compare.Outputs, compare.Errors, compare.Warnings, compare.Inputs, compare.Metadata:
		*f = append(*f, value)
		return nil
	}
	return fmt.Errorf("unknown field %q; a field starts with outputs, errors, warnings, inputs or metadata", section)
}

func (f *fields) String() string { return strings.Join(*f, " ") }
func (f *fields) Type() string   { return "field" }
