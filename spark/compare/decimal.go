package compare

import (
	"strconv"
	"strings"
)

// decimal is a number exactly as JSON states it: ±0.<digits> × 10^exponent. The
// digits neither begin nor end with a zero, so that equal numbers are equal
// decimals; zero has none. Its zero value is zero.
//
// The digits stay decimal since that makes each operation linear in their number:
// records come from outside, math/big reads decimal digits in quadratic time, and
// as a big.Rat 1e999999999 would take a gigabyte.
type decimal struct {
	negative bool
	digits   string
	exponent int64
}

// longestExponent is how many digits an exponent may have, so that it can be
// calculated with as an int64.
const longestExponent = 18

// parseDecimal reads a JSON number. It is not ok where the exponent is too long.
func parseDecimal(text string) (d decimal, ok bool) {
	mantissa, exponent := text, int64(0)
	if at := strings.IndexAny(text, "eE"); at >= 0 {
		if exponent, ok = parseExponent(text[at+1:]); !ok {
			return decimal{}, false
		}
		mantissa = text[:at]
	}
	unsigned, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(unsigned, ".")
	d = newDecimal(negative, whole+fraction, int64(len(whole))+exponent)
	return d, true
}

func parseExponent(text string) (exponent int64, ok bool) {
	sign := ""
	if text[0] == '+' || text[0] == '-' {
		sign, text = text[:1], text[1:]
	}
	text = strings.TrimLeft(text, "0")
	if text == "" {
		return 0, true
	}
	if len(text) > longestExponent {
		return 0, false
	}
	exponent, err := strconv.ParseInt(sign+text, 10, 64)
	return exponent, err == nil
}

// newDecimal returns ±0.<digits> × 10^exponent, whatever zeros the digits have.
func newDecimal(negative bool, digits string, exponent int64) decimal {
	significant := strings.TrimLeft(digits, "0")
	exponent -= int64(len(digits) - len(significant))
	significant = strings.TrimRight(significant, "0")
	if significant == "" {
		return decimal{}
	}
	return decimal{negative, significant, exponent}
}

func (d decimal) isZero() bool { return d.digits == "" }

// isInteger tells whether there is nothing behind the decimal point.
func (d decimal) isInteger() bool { return d.low() >= 0 }

// low is the exponent of ten that the last digit stands for.
func (d decimal) low() int64 { return d.exponent - int64(len(d.digits)) }

func (d decimal) negated() decimal {
	d.negative = !d.negative && !d.isZero()
	return d
}

// compareMagnitude compares regardless of the signs.
func (d decimal) compareMagnitude(e decimal) int {
	switch {
	case d.isZero() || e.isZero():
		return len(d.digits) - len(e.digits)
	case d.exponent != e.exponent:
		if d.exponent < e.exponent {
			return -1
		}
		return 1
	}
	return strings.Compare(d.digits, e.digits)
}

// plainDigits is how many digits a number may have to be written without an exponent.
const plainDigits = 40

// String writes the number as JSON does, with an exponent only where it would
// otherwise be long.
func (d decimal) String() string {
	if d.isZero() {
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
