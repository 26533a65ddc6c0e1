package mirror

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"sort"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
)

// settle looks for the calls that exports weren't asked for in the windows that they
// belong to, keeps them there if they are missing, and reports such exports.
func (r *run) settle(ctx context.Context) (err error) {
	s := settlement{run: r, windows: r.manifest.Windows, missing: map[int]int64{}, added: map[int]int64{}, waiting: map[int]bool{}}
	if s.find(); len(s.sources) == 0 {
		return nil
	}
	defer s.removeSpills()
	parts := partsOf(s.records)
	for part := range parts {
		counts := map[recordKey]int{}
		for _, i := range s.targets {
			for call, err := range s.windows[i].readable(ctx, r.dir) {
				if err != nil {
					return s.windows[i].failed(err)
				}
				if key := keyOf(call); key.part(parts) == part {
					counts[key]++
				}
			}
		}
		for _, i := range s.sources {
			if err := s.spill(ctx, i, counts, parts, part); err != nil {
				return s.windows[i].failed(err)
			}
		}
	}
	return s.keep(ctx)
}

// settlement is the work of one settle. Nothing else changes the windows meanwhile.
type settlement struct {
	*run
	windows []window
	sources []int // windows whose exports have calls that they weren't asked for
	targets []int // windows that these calls may belong to
	records int64 // of all targets

	missing map[int]int64 // by source: calls that other windows should have had
	added   map[int]int64 // by target: calls in its spill file
	waiting map[int]bool  // sources with calls of a window that is still to be fetched
}

// find finds the sources and the targets.
func (s *settlement) find() {
	for i := range s.windows {
		if k := s.windows[i].Kept; k != nil && k.Outside != nil {
			s.sources = append(s.sources, i)
		}
	}
	for i := range s.windows {
		w := &s.windows[i]
		for _, source := range s.sources {
			if o := s.windows[source].Kept.Outside; w.Kept != nil && o.First.Before(midnight(w.To)) && !o.Last.Before(midnight(w.From)) {
				s.targets = append(s.targets, i)
				s.records += w.Kept.Records
				break
			}
		}
	}
}

// spill writes the calls of one export aside that their windows don't have. An export
// that has a call several times leaves it there as often.
func (s *settlement) spill(ctx context.Context, source int, counts map[recordKey]int, parts, part uint64) error {
	w := &s.windows[source]
	seen := map[recordKey]int{}
	for call, err := range w.exported(ctx, s.dir) {
		if err != nil {
			return err
		}
		target := s.windowOf(call)
		if target < 0 || target == source {
			continue
		}
		if s.windows[target].Kept == nil {
			s.waiting[source] = true
			continue
		}
		key := keyOf(call)
		if key.part(parts) != part {
			continue
		}
		if seen[key]++; seen[key] <= counts[key] {
			continue
		}
		counts[key]++
		s.added[target]++
		if s.overdue(call, w, &s.windows[target]) {
			s.missing[source]++
		}
		if err := appendCall(s.spillPath(target), call); err != nil {
			return err
		}
	}
	return nil
}

// exported streams all calls of a window's export, whatever window they belong to.
func (w *window) exported(ctx context.Context, dir string) calls {
	o := w.Kept.Outside
	all := window{
		From: spark.DateOf(o.First), To: addDays(spark.DateOf(o.Last), 1),
		Kept: &kept{Archive: w.Kept.Archive, Unreadable: w.Kept.Unreadable},
	}
	return all.readable(ctx, dir)
}

// windowOf returns the window that a call belongs to, or -1 if there is none.
func (s *settlement) windowOf(call *record.Call) int {
	i := sort.Search(len(s.windows), func(i int) bool { return call.LogTime.Before(midnight(s.windows[i].To)) })
	if i == len(s.windows) || call.LogTime.IsZero() || !s.windows[i].holds(call) {
		return -1
	}
	return i
}

// overdue reports that a call should have been in the export of its own window, and
// not only in another. It may have been logged between the two.
func (s *settlement) overdue(call *record.Call, source, target *window) bool {
	asOf := target.Kept.AsOf
	return !asOf.Before(source.Kept.AsOf) || !call.LogTime.After(asOf.Add(-s.options.LookBack))
}

// keep adds what was spilled to the windows, all at once.
func (s *settlement) keep(ctx context.Context) error {
	var replaced []*file
	for i, records := range s.added {
		w := &s.windows[i]
		k := *w.Kept
		if k.Rest != nil {
			replaced = append(replaced, k.Rest)
		}
		w.Exports++ // for a new name
		rest, _, err := s.saveRest(ctx, w.restName(), s.restAndSpill(ctx, i))
		if err != nil {
			return w.failed(err)
		}
		k.Rest = rest
		k.Records += records
		w.Kept, w.Job, w.Table = &k, nil, nil
	}
	for _, i := range s.sources {
		w := &s.windows[i]
		k := *w.Kept
		overlap := midnight(w.From).Sub(k.Outside.From)
		if problem := k.Outside.problem(s.missing[i], overlap); problem != nil {
			s.report(w, problem)
			k.Doubtful = overlap
		}
		if !s.waiting[i] {
			k.Outside = nil
		}
		w.Kept = &k
	}
	if err := s.save(); err != nil {
		return err
	}
	for _, f := range replaced {
		removeFile(zipPath(s.dir, f.Name))
	}
	return nil
}

// restAndSpill streams what a window has beside its archive, and is to have.
func (s *settlement) restAndSpill(ctx context.Context, i int) calls {
	w := s.windows[i]
	return func(yield func(*record.Call, error) bool) {
		if w.Kept.Rest != nil {
			rest := window{From: w.From, To: w.To, Kept: &kept{Archive: *w.Kept.Rest}}
			for call, err := range rest.readable(ctx, s.dir) {
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
		for call, err := range record.ReadCalls(spill) {
			if !yield(call, cmp.Or(err, context.Cause(ctx))) {
				return
			}
		}
	}
}

func (s *settlement) spillPath(i int) string {
	return filepath.Join(s.dir, zipFolder, "_"+s.windows[i].From.String()+".outside.tmp")
}

func (s *settlement) removeSpills() {
	for i := range s.added {
		removeFile(s.spillPath(i))
	}
}

func appendCall(path string, call *record.Call) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(call.JSON(), '\n'))
	return cmp.Or(err, file.Close())
}
