package record

import "math"

// Limits bound the memory and disk space that reading may use, to protect against
// damaged and hostile files. For each limit, zero means the default, and a negative
// number means no limit.
type Limits struct {
	// Record is the size in bytes of the largest record or row. It bounds the
	// memory that reading takes. The default is 256 MiB, the maximum 2 GiB.
	Record int64
	// Total is how many bytes may be unpacked by one pass over an archive, by
	// [Archive.Extract], or out of one file that [Archive.Open] opens. The default
	// is 64 GiB. It doesn't apply to files outside of an archive.
	Total int64
	// Files is how many files Extract may write. The default is 100,000.
	Files int
}

// Option changes how calls and rows are read. A nil option is ignored.
type Option func(*options)

type options struct{ limits Limits }

// WithLimits sets the limits. For the archives that the client opens, it has an option
// WithArchiveLimits.
func WithLimits(limits Limits) Option { return func(o *options) { o.limits = limits } }

// limitsOf returns the limits that the options set, with the defaults filled in.
func limitsOf(opts []Option) Limits {
	var o options
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	return Limits{
		Record: min(orDefault(o.limits.Record, 256<<20, math.MaxInt64), math.MaxInt32),
		Total:  orDefault(o.limits.Total, 64<<30, math.MaxInt64),
		Files:  orDefault(o.limits.Files, 100_000, math.MaxInt),
	}
}

func orDefault[T int | int64](value, preset, unlimited T) T {
	switch {
	case value == 0:
		return preset
	case value < 0:
		return unlimited
	}
	return value
}
