package decimal_test

import (
	"cmp"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
)

func parse(t *testing.T, text string) decimal.Decimal {
	d, ok := decimal.Parse(text)
	require.True(t, ok, text)
	return d
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "-0.00e-5": "0", "0e99999999999999999999": "0", "007": "7", "-1.50": "-1.5", "1e2": "100", "0.1E-3": "0.0001", "1e+0002": "100",
		"12.5e-1": "1.25", "123456789012345678901234567890.5": "123456789012345678901234567890.5", "1e39": "1" + strings.Repeat("0", 39), "1e40": "1e40", "1e999999999": "1e999999999",
		"-12.0e-999999999": "-1.2e-999999998", "1e999999999999999999": "1e999999999999999999",
	} {
		require.Equal(t, want, parse(t, text).String(), text)
	}
	for _, text := range []string{
		"", "-", "--1", "+1", ".", ".5", "1.", "1.e5", "1e", "1e+", "1e-+1", "1e1.5", "e5", "1e5x", "0x10", "1_000", "1,5", " 1", "1 ", "NaN", "٣",
		"1e9999999999999999999", "1e-99999999999999999999999",
	} {
		d, ok := decimal.Parse(text)
		require.False(t, ok, text)
		require.LessOrEqual(t, len(d.String()), 30)
	}
}

func TestInt64(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "0.49": 0, "0.5": 1, "-0.5": -1, "0.05": 0, "1.5": 2, "-2.4999": -2, "1e3": 1000, "1e-999999999": 0, "99.9": 100,
		"9223372036854775807": math.MaxInt64, "9223372036854775807.4": math.MaxInt64, "-9223372036854775808": math.MinInt64,
	} {
		n, ok := parse(t, text).Int64()
		require.True(t, ok, text)
		require.Equal(t, want, n, text)
	}
	for _, text := range []string{"9223372036854775808", "9223372036854775807.5", "-9223372036854775809", "9999999999999999999", "1e19", "-1e999999999"} {
		_, ok := parse(t, text).Int64()
		require.False(t, ok, text)
	}
}

func TestCompare(t *testing.T) {
	ascending := []string{"-1e999999999", "-10", "-2.5", "-0.1", "-1e-999999999", "0", "1e-999999999", "0.1", "0.11", "2.5", "10", "1e999999999"}
	for i, a := range ascending {
		for j, b := range ascending {
			require.Equal(t, cmp.Compare(i, j), cmp.Compare(parse(t, a).Compare(parse(t, b)), 0), "%s and %s", a, b)
		}
	}
	sum, exact := parse(t, "0.1").Plus(parse(t, "0.2"))
	require.True(t, exact)
	require.Equal(t, "0.3", sum.String())
}

func TestDigits(t *testing.T) {
	for text, want := range map[string][]int64{"0": {0, 0}, "0.05": {0, 2}, "120": {3, 0}, "1.2500": {1, 2}, "12e5": {7, 0}, "1e-999999999": {0, 999999999}} {
		d := parse(t, text)
		require.Equal(t, want, []int64{d.IntegerDigits(), d.FractionDigits()}, text)
		require.Equal(t, want[1] == 0, d.IsInteger(), text)
	}
}

// Any two numbers are parsed and calculated with as by math/big, and quickly even if math/big
// would take a gigabyte.
func FuzzDecimal(f *testing.F) {
	for _, seed := range [][2]string{{"0", "-0.0e5"}, {"1.5", "15e-1"}, {"99.99", "-0.01"}, {"1e999999999", "1e-999999999"}, {"-1e999999999999999999", "1"}, {"0.25", "1e"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, left, right string) {
		a, ok := decimal.Parse(left)
		b, alsoOK := decimal.Parse(right)
		if !ok || !alsoOK {
			return
		}
		difference, exact := a.Minus(b)
		for _, d := range []decimal.Decimal{a, b, difference} {
			again, ok := decimal.Parse(d.String())
			require.True(t, ok || d.IntegerDigits() > 1e17 || d.FractionDigits() > 1e17, "%s", d)
			require.True(t, !ok || again == d, "%s", d)
			_, _ = d.Int64()
		}
		require.Equal(t, a == b, difference.IsZero())
		require.Less(t, len(difference.String()), len(left)+len(right)+4100)
		if !small(left) || !small(right) {
			return
		}
		require.True(t, exact)
		x, y := rational(t, left), rational(t, right)
		require.Equal(t, x.RatString(), rational(t, a.String()).RatString())
		require.Equal(t, new(big.Rat).Sub(x, y).RatString(), rational(t, difference.String()).RatString())
		require.Equal(t, new(big.Rat).Abs(x).Cmp(new(big.Rat).Abs(y)), sign(a.CompareMagnitude(b)))
		rounded, _ := new(big.Int).SetString(x.FloatString(0), 10)
		n, ok := a.Int64()
		require.Equal(t, rounded.IsInt64(), ok)
		require.True(t, !ok || n == rounded.Int64())
		require.Equal(t, x.IsInt(), a.IsInteger())
		require.Equal(t, new(big.Rat).Mul(x, big.NewRat(1000, 1)).RatString(), rational(t, a.Shift(3).String()).RatString())
		third := parse(t, "0.33333333333333331")
		require.Equal(t, x.Mul(x, rational(t, third.String())).RatString(), rational(t, a.Times(third).String()).RatString())
	})
}

// small reports whether math/big can cope with a number.
func small(text string) bool {
	_, exponent, found := strings.Cut(strings.ToLower(text), "e")
	power, err := strconv.Atoi(exponent)
	return len(text) < 100 && (!found || err == nil && -300 < power && power < 300)
}

func rational(t *testing.T, text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	require.True(t, ok, text)
	return r
}

func sign(n int) int { return max(-1, min(n, 1)) }
