package decimal

// maxGap is how many zeros a sum may have between the last digit of one number and the
// first digit of the other. The digits of any float64, and so of any tolerance, span much
// fewer places.
const maxGap = 4000

// Shift returns the number times 10^places.
func (d Decimal) Shift(places int) Decimal {
	if !d.IsZero() {
		d.exponent += int64(places)
	}
	return d
}

// Minus returns d − e. The result is exact unless it would have thousands of zeros or
// nines in a row, as that of 1e999999 − 1 does. Then the smaller number counts as a one
// that is 4,000 digits below the larger. This doesn't change whether the difference is
// smaller or larger than a float64.
func (d Decimal) Minus(e Decimal) (difference Decimal, exact bool) {
	if !e.IsZero() {
		e.negative = !e.negative
	}
	return d.Plus(e)
}

// Plus returns d + e. It is exact under the same condition as Minus.
func (d Decimal) Plus(e Decimal) (sum Decimal, exact bool) {
	if d.CompareMagnitude(e) < 0 {
		d, e = e, d
	}
	if e.IsZero() {
		return d, true
	}
	exact = true
	if d.low()-e.exponent > maxGap {
		e = Decimal{e.negative, "1", d.low() - maxGap}
		exact = false
	}
	low := min(d.low(), e.low())
	digits := make([]byte, d.exponent-low+1) // one more for a carry
	place := func(n Decimal) int { return int(d.exponent-n.exponent) + 1 }
	copy(digits[place(d):], d.digits)
	for i := range digits {
		digits[i] = max(digits[i], '0')
	}
	sign := 1
	if d.negative != e.negative {
		sign = -1
	}
	addDigits(digits, e.digits, place(e), sign)
	return newDecimal(d.negative, string(digits), d.exponent+1), exact
}

// addDigits adds sign times other to digits, beginning at the given place. The result
// isn't negative, and has no more digits.
func addDigits(digits []byte, other string, place, sign int) {
	carry := 0
	for i := place + len(other) - 1; i >= place || i >= 0 && carry != 0; i-- {
		sum := int(digits[i]-'0') + carry
		if i >= place {
			sum += sign * int(other[i-place]-'0')
		}
		carry = 0
		if sum > 9 {
			sum, carry = sum-10, 1
		} else if sum < 0 {
			sum, carry = sum+10, -1
		}
		digits[i] = byte('0' + sum)
	}
}

// Times returns d times a factor of at most 17 digits, as every float64 has.
func (d Decimal) Times(factor Decimal) Decimal {
	if d.IsZero() || factor.IsZero() {
		return Decimal{}
	}
	var multiplier uint64
	for _, c := range []byte(factor.digits) {
		multiplier = multiplier*10 + uint64(c-'0')
	}
	room := len(factor.digits)
	digits := make([]byte, room+len(d.digits))
	carry := uint64(0)
	for i := len(digits) - 1; i >= 0; i-- {
		if i >= room {
			carry += uint64(d.digits[i-room]-'0') * multiplier
		}
		digits[i] = byte('0' + carry%10)
		carry /= 10
	}
	return newDecimal(d.negative != factor.negative, string(digits), d.exponent+factor.exponent)
}
