package timetext

import (
	"errors"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
)

var (
	errMillis      = errors.New("not a number of milliseconds")
	errMillisRange = errors.New("more milliseconds than a duration can have, about 292 years")
)

// ParseMillis returns the duration of a decimal number of milliseconds. It is exact
// down to the nanosecond. Finer fractions are rounded, halves away from zero.
func ParseMillis(s string) (time.Duration, error) {
	number, ok := decimal.Parse(s)
	if !ok {
		return 0, errMillis
	}
	nanoseconds, ok := number.Shift(6).Int64()
	if !ok {
		return 0, errMillisRange
	}
	return time.Duration(nanoseconds), nil
}
