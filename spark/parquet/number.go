package parquet

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// number is a JSON number, exactly: digits × 10^exponent. The digits neither begin
// nor end in a zero; zero has none.
type number struct {
	negative bool
	digits   string
	exponent int
}

// farExponent stands for exponents that no type but text can hold.
const farExponent = 1 << 20

func parseNumber(text string) number {
	var n number
	text, n.negative = strings.CutPrefix(text, "-")
	mantissa, exponent := text, ""
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, exponent = text[:i], strings.TrimPrefix(text[i+1:], "+")
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if exponent != "" {
		n.exponent = parseExponent(exponent)
	}
	n.exponent -= len(fraction)
	n.digits = strings.TrimLeft(whole+fraction, "0")
	trimmed := strings.TrimRight(n.digits, "0")
	n.exponent += len(n.digits) - len(trimmed)
	n.digits = trimmed
	if n.digits == "" {
		n.exponent = 0
	}
	return n
}

func parseExponent(text string) int {
	exponent, err := strconv.Atoi(text)
	if err == nil && -farExponent < exponent && exponent < farExponent {
		return exponent
	}
	if strings.HasPrefix(text, "-") {
		return -farExponent
	}
	return farExponent
}

// whole is how many digits stand before the point, fraction how many after it.
func (n number) whole() int    { return max(0, len(n.digits)+n.exponent) }
func (n number) fraction() int { return max(0, -n.exponent) }

// int64 is the number as an integer, if it is one that fits. Minus zero isn't.
func (n number) int64() (int64, bool) {
	const mostDigits = 19 // of an int64
	if n.exponent < 0 || n.whole() > mostDigits || n.negative && n.digits == "" {
		return 0, false
	}
	sign := ""
	if n.negative {
		sign = "-"
	}
	value, err := strconv.ParseInt(sign+n.digits+strings.Repeat("0", n.exponent), 10, 64)
	if n.digits == "" {
		return 0, true
	}
	return value, err == nil
}

// isDouble reports whether a float64 gives the number back to the last digit.
func isDouble(text string, n number) bool {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(value, 0) {
		return false
	}
	return parseNumber(strconv.FormatFloat(value, 'e', -1, 64)) == n
}

// decimalBytes are those of a decimal of decimalDigits digits.
const (
	decimalBytes  = 16
	decimalDigits = 38
)

// decimal is the number in units of 10^-scale, as a big-endian two's complement.
func (n number) decimal(scale int) []byte {
	bytes := make([]byte, decimalBytes)
	if n.digits == "" {
		return bytes
	}
	units, _ := new(big.Int).SetString(n.digits+strings.Repeat("0", n.exponent+scale), 10)
	if n.negative {
		units.Sub(new(big.Int).Lsh(big.NewInt(1), 8*decimalBytes), units)
	}
	return units.FillBytes(bytes)
}
