package compare

import (
	"cmp"
	"errors"
	"fmt"
	"iter"

	"github.com/sparkgo/spark-go/spark/record"
)

// Pair is a call of A and the call of B that belongs to it. One of them is nil for
// a call that only the other has.
type Pair struct {
	A, B *record.Call
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
// Memory has an index of the calls of A, of 24 bytes each, and one pair at a time. If
// A has more than two million calls, they are compared in several rounds, and each
// round reads B again: calls come as above for one part of the keys, then for the
// next. B can be read once only, as a network stream can, if A is smaller than that.
//
// The records of A are kept in a temporary file meanwhile, in the directory that
// TMPDIR names. It takes as many bytes as they have unpacked, and 24 more for each.
// It is for this user only, and gone when the iteration ends.
//
// An error of either stream is yielded, and the iteration continues unless the caller
// breaks off. An error of the temporary file ends it.
func Pairs(a, b iter.Seq2[*record.Call, error], key Key, options Options) iter.Seq2[Pair, error] {
	if key == nil {
		key = ByID
	}
	return func(yield func(Pair, error) bool) {
		calls, err := newSpool()
		if err != nil {
			yield(Pair{}, err)
			return
		}
		defer calls.close()
		j := joiner{spool: calls, key: key, differ: newDiffer(options), yield: yield}
		if !j.keep(a) {
			return
		}
		for part := range calls.parts() {
			if !j.match(b, part) || !j.finish() {
				return
			}
		}
	}
}

// joiner matches the calls of B with those of A. Its methods return whether to
// continue.
type joiner struct {
	*spool
	key    Key
	differ *differ
	yield  func(Pair, error) bool
	callsB int // as the first round read them
}

func (j *joiner) fail(err error) bool {
	j.yield(Pair{}, err)
	return false
}

// keep puts the calls of A where they can be found.
func (j *joiner) keep(a iter.Seq2[*record.Call, error]) bool {
	for call, err := range a {
		if err != nil {
			if !j.yield(Pair{}, fmt.Errorf("calls of A: %w", err)) {
				return false
			}
			continue
		}
		if err := j.add(call, hashOf(j.key(call))); err != nil {
			return j.fail(err)
		}
	}
	return true
}

// match yields each call of B in one part of the keys, with its call of A if there is
// one. What can't be read of B is yielded in the first round.
func (j *joiner) match(b iter.Seq2[*record.Call, error], part int) bool {
	if err := j.load(part); err != nil {
		return j.fail(err)
	}
	count := 0
	var last error
	for call, err := range b {
		if err != nil {
			last = err
			if part == 0 && !j.yield(Pair{}, fmt.Errorf("calls of B: %w", err)) {
				return false
			}
			continue
		}
		count++
		if key := hashOf(j.key(call)); j.part(key) == part && !j.pair(key, call) {
			return false
		}
	}
	if part == 0 {
		j.callsB = count
	}
	if count != j.callsB {
		return j.fail(fmt.Errorf("calls of B: %d when read again, %d at first (%w)", count, j.callsB, cmp.Or(last, errReadOnce)))
	}
	return true
}

var errReadOnce = errors.New("give calls that can be read more than once, as those of an archive")

// pair yields a call of B with its call of A.
func (j *joiner) pair(key hash, call *record.Call) bool {
	before, err := j.take(key)
	if err != nil {
		return j.fail(err)
	}
	pair := Pair{A: before, B: call}
	if before != nil {
		pair.Diff = j.differ.calls(before, call)
	}
	return j.yield(pair, nil)
}

// finish yields the calls that only A has.
func (j *joiner) finish() bool {
	for _, e := range j.rest() {
		call, err := j.read(e.offset)
		if err != nil {
			return j.fail(err)
		}
		if !j.yield(Pair{A: call}, nil) {
			return false
		}
	}
	return true
}
