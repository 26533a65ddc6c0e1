// Package decimal parses decimal numbers and calculates with them exactly.
//
// Numbers in records may be hostile: math/big parses digits in quadratic time, and a
// big.Rat of 1e999999999 takes a gigabyte. Here the digits stay decimal, so that time and
// memory are in proportion to the text of a number, whatever its exponent is.
package decimal

import (
	"math"
	"strconv"
	"strings"
)

// Decimal is the number ±0.<digits> × 10^exponent. The digits neither begin nor end with
// a zero, so that == compares numbers by value. Zero has neither digits nor a sign, and
// is the zero value.
type Decimal struct {
	negative bool
	digits   string
	exponent int64
}

// Parse returns the number that a text states in JSON's notation. It may have leading
// zeros. It isn't ok for any other text, or if the exponent has more than 18 digits.
func Parse(text string) (d Decimal, ok bool) {
	unsigned, negative := strings.CutPrefix(text, "-")
	integer, tail := cutDigits(unsigned)
	fraction := ""
	if strings.HasPrefix(tail, ".") {
		if fraction, tail = cutDigits(tail[1:]); fraction == "" {
			return Decimal{}, false
		}
	}
	exponent, ok := parseExponent(tail)
	if !ok || integer == "" {
		return Decimal{}, false
	}
	d = newDecimal(negative, integer+fraction, int64(len(integer)))
	if d.IsZero() {
		return d, true
	}
	d.exponent += exponent
	return d, exponent != tooLong
}

// cutDigits returns the digits that a text begins with, and what follows them.
func cutDigits(text string) (digits, tail string) {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return text[:i], text[i:]
		}
	}
	return text, ""
}

const (
	// maxExponentDigits keeps sums of exponents within an int64.
	maxExponentDigits = 18
	// tooLong stands for an exponent with more digits.
	tooLong = math.MinInt64
)

// parseExponent returns the exponent that a text such as e+05 states, or 0 if the text
// is empty.
func parseExponent(text string) (exponent int64, ok bool) {
	if text == "" {
		return 0, true
	}
	if text[0] != 'e' && text[0] != 'E' {
		return 0, false
	}
	signed := text[1:]
	unsigned := signed
	if strings.HasPrefix(signed, "+") || strings.HasPrefix(signed, "-") {
		unsigned = signed[1:]
	}
	digits, tail := cutDigits(unsigned)
	if digits == "" || tail != "" {
		return 0, false
	}
	if len(strings.TrimLeft(digits, "0")) > maxExponentDigits {
		return tooLong, true
	}
	exponent, _ = strconv.ParseInt(signed, 10, 64)
	return exponent, true
}

// newDecimal returns ±0.<digits> × 10^exponent. The digits may begin or end with zeros.
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

// IsInteger reports whether the number is an integer.
func (d Decimal) IsInteger() bool { return d.FractionDigits() == 0 }

// IntegerDigits returns how many digits the number has before the decimal point: none for
// 0.5.
func (d Decimal) IntegerDigits() int64 { return max(0, d.exponent) }

// FractionDigits returns how many digits the number has after the decimal point.
func (d Decimal) FractionDigits() int64 { return max(0, -d.low()) }

// low returns the exponent of the power of ten that the last digit counts.
func (d Decimal) low() int64 { return d.exponent - int64(len(d.digits)) }

// CompareMagnitude compares two numbers without their signs, as Compare does.
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

// Compare returns a negative number if d is less than e, a positive one if it is
// greater, and 0 if they are equal.
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

// Int64 returns the number rounded to an integer, halves away from zero. It isn't ok if
// the integer doesn't fit.
func (d Decimal) Int64() (n int64, ok bool) {
	const maxDigits = 19 // of an int64, and fewer than those of a uint64
	if d.exponent > maxDigits {
		return 0, false
	}
	magnitude := uint64(0)
	for i := range int(d.IntegerDigits()) {
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

// digit returns the digit at an index, or 0 after the last.
func (d Decimal) digit(i int) byte {
	if i >= len(d.digits) {
		return 0
	}
	return d.digits[i] - '0'
}

// plainDigits is the number of digits from which on an exponent is written.
const plainDigits = 40

// String returns the number in JSON's notation, with an exponent only if it would have
// more than 40 digits otherwise.
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
