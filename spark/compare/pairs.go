package compare

import (
	"cmp"
	"errors"
	"fmt"
	"iter"

	"github.com/sparkgo/spark-go/spark/record"
)

// Pair is a call of A and its counterpart in B. One of them is nil if only the other
// archive has the call.
type Pair struct {
	A, B *record.Call
	// Diff is what differs between the calls. It is nil if there is only one.
	Diff *Diff
}

// Pairs compares two archives, or other streams of calls, call by call:
//
//	for pair, err := range compare.Pairs(old.Calls(), new.Calls(), compare.ByID, compare.Options{}) {
//
// All calls of B come first, in their order, each with its counterpart in A. The calls
// that only A has follow, in their order. A nil key is [ByID].
//
// An index of the calls of A is in memory, with 24 bytes per call. If A has more than
// two million calls, the keys are divided into several parts. Each part reads B again,
// and its pairs come in the order above. If A has fewer, B is read only once, so that it
// may be a network stream.
//
// Meanwhile, a temporary file has the JSON of the calls of A and 24 more bytes per call.
// It is in the directory that TMPDIR names, only this user can read it, and it is
// removed when the iteration ends.
//
// An error of either stream is yielded, and the iteration continues unless the caller
// breaks off. An error of the temporary file ends the iteration.
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
		if !j.store(a) {
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
	callsB int // in the first part
}

func (j *joiner) fail(err error) bool {
	j.yield(Pair{}, err)
	return false
}

// store puts the calls of A into the spool.
func (j *joiner) store(a iter.Seq2[*record.Call, error]) bool {
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

// match yields each call of B in one part of the keys, with its counterpart. Errors of B
// are yielded in the first part only.
func (j *joiner) match(b iter.Seq2[*record.Call, error], part int) bool {
	if err := j.load(part); err != nil {
		return j.fail(err)
	}
	read := 0
	var last error
	for call, err := range b {
		if err != nil {
			last = err
			if part == 0 && !j.yield(Pair{}, fmt.Errorf("calls of B: %w", err)) {
				return false
			}
			continue
		}
		read++
		if key := hashOf(j.key(call)); j.part(key) == part && !j.pair(key, call) {
			return false
		}
	}
	if part == 0 {
		j.callsB = read
	}
	if read != j.callsB {
		return j.fail(fmt.Errorf("calls of B: %d the first time, %d when read again (%w)", j.callsB, read, cmp.Or(last, errReadOnce)))
	}
	return true
}

var errReadOnce = errors.New("pass calls that can be read more than once, such as those of an archive")

// pair yields a call of B with its counterpart.
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
	for _, e := range j.unmatched() {
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
