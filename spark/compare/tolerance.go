package compare

import (
	"math"
	"strconv"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
)

// Tolerance is how far two numbers may be apart and still count as equal: by no
// more than Absolute, or by no more than Relative times the larger of the two
// magnitudes. The zero value lets nothing pass. Exactly that far apart is still
// equal, where 0.005 means 0.005 and not the float next to it.
//
// NaN and negative bounds let nothing pass, and +Inf everything.
type Tolerance struct {
	Absolute float64 `json:"absolute,omitempty"`
	Relative float64 `json:"relative,omitempty"`
}

// tolerance is a Tolerance in decimals.
type tolerance struct {
	any                bool
	absolute, relative decimal.Decimal
}

func (t Tolerance) exact() tolerance {
	return tolerance{
		any:      math.IsInf(t.Absolute, 1) || math.IsInf(t.Relative, 1),
		absolute: bound(t.Absolute),
		relative: bound(t.Relative),
	}
}

// bound returns the decimal that a program's text has for f.
func bound(f float64) decimal.Decimal {
	if !(f > 0) || math.IsInf(f, 1) {
		return decimal.Decimal{}
	}
	d, _ := decimal.Parse(strconv.FormatFloat(f, 'g', -1, 64))
	return d
}

// equal tells whether two numbers count as equal.
func (t tolerance) equal(a, b decimal.Decimal) bool {
	if a == b || t.any {
		return true
	}
	if t.absolute.IsZero() && t.relative.IsZero() {
		return false
	}
	apart, _ := b.Minus(a)
	if apart.CompareMagnitude(t.absolute) <= 0 {
		return true
	}
	larger := a
	if a.CompareMagnitude(b) < 0 {
		larger = b
	}
	return apart.CompareMagnitude(larger.Times(t.relative)) <= 0
}
