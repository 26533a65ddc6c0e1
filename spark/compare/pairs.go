package compare

import (
	"fmt"
	"iter"

	"github.com/sparkgo/spark-go/spark"
)

// Pair is a call of A and the call of B that belongs to it. One of them is nil for
// a call that only the other has.
type Pair struct {
	A, B *spark.Call
	// Diff is what differs between them; nil if there is only one.
	Diff *Diff
}

// Pairs compares two archives, or other streams of calls, call by call:
//
//	for pair, err := range compare.Pairs(old.Calls(), new.Calls(), compare.ByID, compare.Options{}) {
//
// First come all calls of B, in their order, with the calls of A that belong to
// them; then the calls that only A has, in theirs. A nil key is [ByID].
//
// Memory holds one pair at a time, however many calls there are. The records of A
// are kept in a temporary file meanwhile, in the folder that TMPDIR names: it takes
// as many bytes as they have unpacked, and some 110 to 180 more for each. It is
// for this user only, and gone when the iteration ends.
//
// An error of either stream is yielded, and the iteration goes on behind it unless
// the caller breaks off, but one of the temporary file ends it.
func Pairs(a, b iter.Seq2[*spark.Call, error], key Key, options Options) iter.Seq2[Pair, error] {
	if key == nil {
		key = ByID
	}
	return func(yield func(Pair, error) bool) {
		calls, err := newKept()
		if err != nil {
			yield(Pair{}, err)
			return
		}
		defer calls.close()
		j := joiner{kept: calls, key: key, differ: newDiffer(options), yield: yield}
		if j.keep(a) && j.match(b) {
			j.finish()
		}
	}
}

// joiner matches the calls of B with the kept ones of A. Its methods tell whether
// to go on.
type joiner struct {
	*kept
	key    Key
	differ *differ
	yield  func(Pair, error) bool
}

func (j *joiner) fail(err error) bool {
	j.yield(Pair{}, err)
	return false
}

// keep puts the calls of A where they can be found.
func (j *joiner) keep(a iter.Seq2[*spark.Call, error]) bool {
	for call, err := range a {
		if err != nil {
			if !j.yield(Pair{}, fmt.Errorf("calls of A: %w", err)) {
				return false
			}
			continue
		}
		if err := j.add(call, j.key(call)); err != nil {
			return j.fail(err)
		}
	}
	if err := j.build(); err != nil {
		return j.fail(err)
	}
	return true
}

// match yields each call of B, with its call of A if there is one.
func (j *joiner) match(b iter.Seq2[*spark.Call, error]) bool {
	for call, err := range b {
		if err != nil {
			if !j.yield(Pair{}, fmt.Errorf("calls of B: %w", err)) {
				return false
			}
			continue
		}
		before, err := j.take(j.key(call))
		if err != nil {
			return j.fail(err)
		}
		pair := Pair{A: before, B: call}
		if before != nil {
			pair.Diff = j.differ.calls(before, call)
		}
		if !j.yield(pair, nil) {
			return false
		}
	}
	return true
}

// finish yields what is left of A.
func (j *joiner) finish() {
	stopped := false
	err := j.rest(func(call *spark.Call) bool {
		stopped = !j.yield(Pair{A: call}, nil)
		return !stopped
	})
	if err != nil && !stopped {
		j.fail(err)
	}
}
