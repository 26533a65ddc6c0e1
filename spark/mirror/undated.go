package mirror

import "github.com/sparkgo/spark-go/spark/record"

// undated remembers the calls without a log time that a stream has had. They have
// no window of their own, so the exports of several may have them.
type undated struct {
	had    map[recordKey]int // in any window so far
	window map[recordKey]int // in this one
}

// begin turns to the next window.
func (u *undated) begin() { clear(u.window) }

// first reports whether a call is to be yielded: whether it has a log time, or
// no window before had it as often as this one.
func (u *undated) first(call *record.Call) bool {
	if !call.LogTime.IsZero() {
		return true
	}
	if u.had == nil {
		u.had, u.window = map[recordKey]int{}, map[recordKey]int{}
	}
	key := keyOf(call)
	u.window[key]++
	if u.window[key] <= u.had[key] {
		return false
	}
	u.had[key]++
	return true
}
