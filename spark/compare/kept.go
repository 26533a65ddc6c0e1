package compare

import (
	"fmt"

	"github.com/sparkgo/spark-go/spark"
)

// kept holds the calls of one side on disk, to be found by their keys.
type kept struct {
	records *store
	index   *index
}

func newKept() (*kept, error) {
	records, err := newStore()
	if err != nil {
		return nil, err
	}
	index, err := newIndex()
	if err != nil {
		records.close()
		return nil, err
	}
	return &kept{records, index}, nil
}

func (k *kept) close() {
	k.records.close()
	k.index.close()
}

func (k *kept) add(call *spark.Call, key string) error {
	record, err := call.MarshalJSON()
	if err != nil {
		return fmt.Errorf("keep a call of A: %w", err)
	}
	offset, err := k.records.add(record)
	if err != nil {
		return err
	}
	return k.index.add(key, offset, int64(len(record)))
}

// build ends adding.
func (k *kept) build() error {
	if err := k.records.flush(); err != nil {
		return err
	}
	return k.index.build()
}

// take returns the next call with a key, or nil if there is none left.
func (k *kept) take(key string) (*spark.Call, error) {
	e, ok, err := k.index.take(key)
	if err != nil || !ok {
		return nil, err
	}
	return k.read(e)
}

// rest yields the calls that nobody has taken, until yield returns false.
func (k *kept) rest(yield func(*spark.Call) bool) error {
	var failed error
	err := k.index.each(func(_ int64, e entry) bool {
		if e.taken {
			return true
		}
		call, err := k.read(e)
		if err != nil {
			failed = err
			return false
		}
		return yield(call)
	})
	if err != nil {
		return err
	}
	return failed
}

func (k *kept) read(e entry) (*spark.Call, error) {
	record := make([]byte, e.size)
	if err := k.records.get(record, e.offset); err != nil {
		return nil, err
	}
	return spark.ParseCall(record)
}
