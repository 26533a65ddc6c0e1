// Package decimal reads decimal numbers and calculates with them exactly.
//
// The digits stay decimal, so that time and memory are in proportion to the text
// of a number, whatever its exponent is. Numbers come from outside: math/big reads
// decimal digits in quadratic time, and as a big.Rat 1e999999999 would take a
// gigabyte.
package decimal

import (
	"math"
	"strconv"
	"strings"
)

// Decimal is a number: ±0.<digits> × 10^exponent. The digits neither begin nor end
// with a zero, so that equal numbers are equal values, which == compares. Zero has
// neither digits nor a sign; it is the zero value.
type Decimal struct {
	negative bool
	digits   string
	exponent int64
}

// Parse returns the number that a text states as JSON would, except that leading
// zeros may stand before it. It isn't ok for any other text, nor for a number whose
// exponent has more than 18 digits.
func Parse(text string) (d Decimal, ok bool) {
	unsigned, negative := strings.CutPrefix(text, "-")
	whole, rest := cutDigits(unsigned)
	fraction := ""
	if strings.HasPrefix(rest, ".") {
		if fraction, rest = cutDigits(rest[1:]); fraction == "" {
			return Decimal{}, false
		}
	}
	exponent, ok := parseExponent(rest)
	if !ok || whole == "" {
		return Decimal{}, false
	}
	d = newDecimal(negative, whole+fraction, int64(len(whole)))
	if d.IsZero() {
		return d, true
	}
	d.exponent += exponent
	return d, exponent != tooLong
}

// cutDigits returns the digits at the beginning of a text, and what follows them.
func cutDigits(text string) (digits, rest string) {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return text[:i], text[i:]
		}
	}
	return text, ""
}

const (
	// maxExponentDigits is how many digits an exponent may have, so that it can be
	// calculated with as an int64.
	maxExponentDigits = 18
	// tooLong stands for an exponent that has more.
	tooLong = math.MinInt64
)

// parseExponent returns the exponent that a text such as e+05 states. Without text
// it is 0.
func parseExponent(text string) (exponent int64, ok bool) {
	if text == "" {
		return 0, true
	}
	if text[0] != 'e' && text[0] != 'E' {
		return 0, false
	}
	text = text[1:]
	unsigned, negative := strings.CutPrefix(text, "-")
	if !negative {
		unsigned = strings.TrimPrefix(text, "+")
	}
	digits, rest := cutDigits(unsigned)
	if digits == "" || rest != "" {
		return 0, false
	}
	digits = strings.TrimLeft(digits, "0")
	if len(digits) > maxExponentDigits {
		return tooLong, true
	}
	for i := range len(digits) {
		exponent = exponent*10 + int64(digits[i]-'0')
	}
	if negative {
		exponent = -exponent
	}
	return exponent, true
}

// newDecimal returns ±0.<digits> × 10^exponent, whatever zeros the digits have.
func newDecimal(negative bool, digits string, exponent int64) Decimal {
	significant := strings.TrimLeft(digits, "0")
	exponent -= int64(len(digits) - len(significant))
	significant = strings.TrimRight(significant, "0")
	if significant == "" {
		return Decimal{}
	}
	return Decimal{negative, significant, exponent}
}

// IsZero reports whether the number is zero.
func (d Decimal) IsZero() bool { return d.digits == "" }

// IsInteger reports whether the number has nothing after the decimal point.
func (d Decimal) IsInteger() bool { return d.FractionDigits() == 0 }

// WholeDigits returns how many digits the number has before the decimal point, none
// for 0.5.
func (d Decimal) WholeDigits() int64 { return max(0, d.exponent) }

// FractionDigits returns how many digits the number has after the decimal point.
func (d Decimal) FractionDigits() int64 { return max(0, -d.low()) }

// low is the exponent of ten that the last digit stands for.
func (d Decimal) low() int64 { return d.exponent - int64(len(d.digits)) }

// CompareMagnitude compares two numbers regardless of their signs: it returns less
// than 0 where d is the smaller, more than 0 where it is the larger, and else 0.
func (d Decimal) CompareMagnitude(e Decimal) int {
	switch {
	case d.IsZero() || e.IsZero():
		return len(d.digits) - len(e.digits)
	case d.exponent != e.exponent:
		if d.exponent < e.exponent {
			return -1
		}
		return 1
	}
	return strings.Compare(d.digits, e.digits)
}

// Compare returns a negative number where d is less than e, a positive one where it
// is greater, and 0 where they are equal.
func (d Decimal) Compare(e Decimal) int {
	switch {
	case d.negative && !e.negative:
		return -1
	case !d.negative && e.negative:
		return 1
	case d.negative:
		return e.CompareMagnitude(d)
	}
	return d.CompareMagnitude(e)
}

// Int64 returns the number rounded to an integer, halves away from zero. It isn't ok
// where that doesn't fit.
func (d Decimal) Int64() (n int64, ok bool) {
	const maxDigits = 19 // of an int64, and fewer than those of a uint64
	if d.exponent > maxDigits {
		return 0, false
	}
	magnitude := uint64(0)
	for i := range int(d.WholeDigits()) {
		magnitude = magnitude*10 + uint64(d.digit(i))
	}
	if d.exponent >= 0 && d.digit(int(d.exponent)) >= 5 {
		magnitude++
	}
	if d.negative {
		return -int64(magnitude), magnitude <= -math.MinInt64
	}
	return int64(magnitude), magnitude <= math.MaxInt64
}

// digit returns the digit at an index, 0 behind the last.
func (d Decimal) digit(i int) byte {
	if i >= len(d.digits) {
		return 0
	}
	return d.digits[i] - '0'
}

// plainDigits is how many digits a number may have to be written without an exponent.
const plainDigits = 40

// String returns the number as JSON has it, with an exponent only where it would
// have more than 40 digits otherwise.
func (d Decimal) String() string {
	if d.IsZero() {
		return "0"
	}
	sign := ""
	if d.negative {
		sign = "-"
	}
	size := int64(len(d.digits))
	switch {
	case d.exponent > max(plainDigits, size) || d.low() < -max(plainDigits, size):
		point := d.digits[:1]
		if size > 1 {
			point += "." + d.digits[1:]
		}
		return sign + point + "e" + strconv.FormatInt(d.exponent-1, 10)
	case d.exponent <= 0:
		return sign + "0." + strings.Repeat("0", int(-d.exponent)) + d.digits
	case d.exponent >= size:
		return sign + d.digits + strings.Repeat("0", int(d.exponent-size))
	}
	return sign + d.digits[:d.exponent] + "." + d.digits[d.exponent:]
}
