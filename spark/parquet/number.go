package parquet

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
)

// integerOf returns a number as an INT64, and whether it is one. Minus zero isn't.
func integerOf(text string, n decimal.Decimal) (int64, bool) {
	if !n.IsInteger() || n.IsZero() && strings.HasPrefix(text, "-") {
		return 0, false
	}
	return n.Int64()
}

// isDouble reports whether a float64 gives the number back to the last digit.
func isDouble(text string, n decimal.Decimal) bool {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return false
	}
	written, _ := decimal.Parse(strconv.FormatFloat(value, 'e', -1, 64))
	return written == n
}

// decimalBytes are those of a decimal of decimalDigits digits.
const (
	decimalBytes  = 16
	decimalDigits = 38
)

// decimalOf returns a number in units of 10^-scale, as a big-endian two's complement,
// and whether a decimal of that scale can hold it.
func decimalOf(n decimal.Decimal, scale int) ([]byte, bool) {
	if n.FractionDigits() > int64(scale) || n.WholeDigits() > int64(decimalDigits-scale) {
		return nil, false
	}
	units, _ := new(big.Int).SetString(n.Shift(scale).String(), 10)
	if units.Sign() < 0 {
		units.Add(units, new(big.Int).Lsh(big.NewInt(1), 8*decimalBytes))
	}
	return units.FillBytes(make([]byte, decimalBytes)), true
}
