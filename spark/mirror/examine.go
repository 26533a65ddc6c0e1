package mirror

import (
	"context"
	"fmt"
)

// examine reads what a window's job exported. Where not all of it can be decoded,
// unreadable says so.
func (r *run) examine(ctx context.Context, w *window) (k *kept, unreadable, err error) {
	archive, err := describe(ctx, zipPath(r.dir, w.archiveName()))
	if err != nil {
		return nil, nil, err
	}
	k = &kept{AsOf: w.Job.Started, Archive: archive}
	archives, err := openAll(r.dir, k.files())
	if err != nil {
		return nil, nil, err
	}
	defer closeAll(archives)
	var first error
	var seen outside
	seen.From, seen.To = w.asked(w.Job.Overlap)
	for call, err := range archives[0].Calls() {
		switch {
		case ctx.Err() != nil:
			return nil, nil, context.Cause(ctx)
		case undecodable(err):
			if k.Unreadable++; k.Unreadable == 1 {
				first = err
			}
			continue
		case err != nil:
			return nil, nil, err
		}
		seen.add(call)
		if w.holds(call) {
			k.Records++
		}
	}
	if seen.Calls > 0 {
		k.Outside = &seen
	}
	if k.Unreadable > 0 {
		unreadable = fmt.Errorf("%w: %w (%d in all); the rest is kept, and the next run fetches the window again", ErrUnreadable, first, k.Unreadable)
	}
	return k, unreadable, nil
}
