package mirror

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"github.com/sparkgo/spark-go/spark/record"
)

// settle looks for calls outside the requested time of their export. If the window that
// such a call belongs to doesn't have it, settle saves it there. It reports the exports.
func (r *run) settle(ctx context.Context) error {
	s := settlement{run: r, windows: r.manifest.Windows, missing: map[int]int64{}, added: map[int]int64{}, waiting: map[int]bool{}}
	if s.find(); len(s.sources) == 0 {
		return nil
	}
	parts := partsOf(s.records)
	for part := range parts {
		counts := map[recordKey]int{}
		for _, i := range s.targets {
			w := &s.windows[i]
			if err := countKeys(counts, w.calls(ctx, r.dir), part, parts); err != nil {
				return w.failed(err)
			}
		}
		for _, i := range s.sources {
			if err := s.spill(ctx, i, counts, part, parts); err != nil {
				return s.windows[i].failed(err)
			}
		}
	}
	return s.store(ctx)
}

// settlement is the state of one settle. Nothing else changes the windows meanwhile.
type settlement struct {
	*run
	windows []windowState
	sources []int // windows whose exports contain calls outside the requested time
	targets []int // windows that these calls may belong to
	records int64 // of all targets

	missing map[int]int64 // by source: calls that the exports of other windows should have contained
	added   map[int]int64 // by target: calls in its spill file
	waiting map[int]bool  // sources with calls of a window that has not been fetched yet
}

// find finds the sources and the targets.
func (s *settlement) find() {
	for i := range s.windows {
		if stored := s.windows[i].Stored; stored != nil && stored.Outside != nil {
			s.sources = append(s.sources, i)
		}
	}
	for i := range s.windows {
		w := &s.windows[i]
		if w.Stored != nil && slices.ContainsFunc(s.sources, func(source int) bool {
			o := s.windows[source].Stored.Outside
			return o.First.Before(midnight(w.To)) && !o.Last.Before(midnight(w.From))
		}) {
			s.targets = append(s.targets, i)
			s.records += w.Stored.Records
		}
	}
}

// spill appends calls of an export to the spill files of the windows that they belong
// to, if these don't have them yet. counts is how often each call is there. A call that
// the export contains several times is kept as often.
func (s *settlement) spill(ctx context.Context, source int, counts map[recordKey]int, part, parts uint64) error {
	w := &s.windows[source]
	seen := map[recordKey]int{}
	for call, err := range w.Stored.calls(ctx, s.dir, []*fileState{&w.Stored.Archive}) {
		if err != nil {
			return err
		}
		target := s.windowOf(call)
		if target < 0 || target == source {
			continue
		}
		if s.windows[target].Stored == nil {
			s.waiting[source] = true
			continue
		}
		key := keyOf(call)
		if !key.isIn(part, parts) {
			continue
		}
		if seen[key]++; seen[key] <= counts[key] {
			continue
		}
		counts[key]++
		s.added[target]++
		if s.isOverdue(call, w, &s.windows[target]) {
			s.missing[source]++
		}
		if err := appendCall(s.spillPath(target), call); err != nil {
			return err
		}
	}
	return nil
}

// windowOf returns the window that a call belongs to, or -1.
func (s *settlement) windowOf(call *record.Call) int {
	i := sort.Search(len(s.windows), func(i int) bool { return call.LogTime.Before(midnight(s.windows[i].To)) })
	if i == len(s.windows) || call.LogTime.IsZero() || !s.windows[i].has(call) {
		return -1
	}
	return i
}

// isOverdue reports whether the export of the call's own window should have contained it.
// If that export was started first, the call may have been logged later.
func (s *settlement) isOverdue(call *record.Call, source, target *windowState) bool {
	asOf := target.Stored.AsOf
	return !asOf.Before(source.Stored.AsOf) || !call.LogTime.After(asOf.Add(-s.options.LookBack))
}

// store adds the spilled calls to all windows at once, and reports the sources.
func (s *settlement) store(ctx context.Context) error {
	for i, records := range s.added {
		w := &s.windows[i]
		next := *w.Stored
		w.Exports++ // for a new name
		extra, _, err := s.saveExtra(ctx, w, s.extraAndSpilled(ctx, i))
		if err != nil {
			return w.failed(err)
		}
		next.Extra = extra
		next.Records += records
		w.Stored, w.Job, w.Table = &next, nil, nil
	}
	for _, i := range s.sources {
		w := &s.windows[i]
		next := *w.Stored
		overlap := midnight(w.From).Sub(next.Outside.From)
		if problem := next.Outside.problem(s.missing[i], overlap); problem != nil {
			s.report(w, problem)
			next.Doubtful = overlap
		}
		if !s.waiting[i] {
			next.Outside = nil
		}
		w.Stored = &next
	}
	if err := s.manifest.write(s.dir); err != nil {
		return err
	}
	return s.manifest.removeLeftovers(s.dir) // the spill files, and extra archives that were replaced
}

// extraAndSpilled streams the extra calls that a window has, and those in its spill file.
func (s *settlement) extraAndSpilled(ctx context.Context, i int) callSeq {
	return func(yield func(*record.Call, error) bool) {
		if extra := s.windows[i].Stored.Extra; extra != nil {
			allReadable := new(storedState)
			for call, err := range allReadable.calls(ctx, s.dir, []*fileState{extra}) {
				if !yield(call, err) {
					return
				}
			}
		}
		spill, err := os.Open(s.spillPath(i))
		if err != nil {
			yield(nil, err)
			return
		}
		defer spill.Close()
		for call, err := range record.ReadCalls(contextReader{ctx, spill}) {
			if !yield(call, err) {
				return
			}
		}
	}
}

func (s *settlement) spillPath(i int) string {
	return filepath.Join(s.dir, zipDirectory, "_"+s.windows[i].From.String()+".outside.tmp")
}

func appendCall(path string, call *record.Call) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(call.JSON(), '\n'))
	return cmp.Or(err, file.Close())
}
