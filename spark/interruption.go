package spark

import "errors"

// interruption is the context's error, which ended the wait for another try,
// with what was wrong before.
type interruption struct{ ended, before error }

func (i *interruption) Error() string {
	if i.before == nil {
		return i.ended.Error()
	}
	return i.before.Error() + ": " + i.ended.Error()
}

func (i *interruption) Unwrap() []error {
	if i.before == nil {
		return []error{i.ended}
	}
	return []error{i.before, i.ended}
}

// endedBy keeps both the context's error and the last failure before it.
func endedBy(ended, last error) error {
	if errors.Is(last, ended) {
		return last
	}
	return &interruption{ended: ended, before: last}
}
