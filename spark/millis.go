package spark

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

var errMillis = errors.New("no number of milliseconds")

// parseMillis reads a decimal number of milliseconds, exactly down to the
// nanosecond; what is finer is rounded, halves away from zero. It never goes
// through a float.
func parseMillis(s string) (time.Duration, error) {
	if n, ok := smallNumber(s); ok {
		return time.Duration(n) * time.Millisecond, nil
	}
	mantissa, exponent, err := splitExponent(s)
	if err != nil {
		return 0, err
	}
	digits, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if whole == "" || point && fraction == "" {
		return 0, errMillis
	}
	// The number is 0.<whole><fraction> × 10^scale nanoseconds.
	scale := len(whole) + exponent + 6
	var nanoseconds int64
	for i, c := range []byte(whole + fraction) {
		switch {
		case c < '0' || c > '9':
			return 0, errMillis
		case i < scale:
			if nanoseconds > (math.MaxInt64-int64(c-'0'))/10 {
				return 0, errMillisRange
			}
			nanoseconds = nanoseconds*10 + int64(c-'0')
		case i == scale && c >= '5':
			if nanoseconds == math.MaxInt64 {
				return 0, errMillisRange
			}
			nanoseconds++
		}
	}
	for range scale - len(whole) - len(fraction) {
		if nanoseconds == 0 {
			break
		}
		if nanoseconds > math.MaxInt64/10 {
			return 0, errMillisRange
		}
		nanoseconds *= 10
	}
	if negative {
		nanoseconds = -nanoseconds
	}
	return time.Duration(nanoseconds), nil
}

var errMillisRange = errors.New("more milliseconds than a duration holds, about 292 years")

// smallNumber reads a whole number of few digits, as most are.
func smallNumber(s string) (n int, ok bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// splitExponent takes 2.5e3 apart into 2.5 and 3.
func splitExponent(s string) (mantissa string, exponent int, err error) {
	at := strings.IndexAny(s, "eE")
	if at < 0 {
		return s, 0, nil
	}
	exponent, err = strconv.Atoi(s[at+1:])
	if err != nil || exponent < -1000 || exponent > 1000 {
		return "", 0, errMillis
	}
	return s[:at], exponent, nil
}
