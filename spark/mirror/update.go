package mirror

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/partfile"
)

// Summary tells what an [Update] did.
type Summary struct {
	// Windows were fetched in this run.
	Windows int
	// Records is how many the folder holds, those of v4 calls counted one by one.
	Records int64
	// Unreadable counts records that the platform exported but that can't be
	// decoded; one near a seam counts in both windows. Each run fetches their
	// windows again.
	Unreadable int64
	// Damaged counts the files that were gone or damaged and were replaced.
	Damaged int
	// Since is the first day that the directory holds.
	Since spark.Date
	// Problems are those of single windows, in order of time. Update's error wraps them.
	Problems []*WindowError
}

// Update brings a folder up to date: when it returns nil, the folder holds every
// call of the service that was in the platform's log when Update began, from
// Options.Since on. A folder that doesn't exist is made.
//
// It can be ended at any time, by the context or by the end of the process; the
// next Update goes on. Problems of single windows are reported at the end, as
// [WindowError]s: an export that fails leaves its window out ([spark.ErrJobFailed]),
// what can't be decoded leaves it incomplete ([ErrUnreadable]), and calls that it
// wasn't asked for cast doubt on it ([ErrOutside]). Any other failure ends the run at
// once. What has been fetched is kept in either case. The error matches [ErrLocked],
// [ErrNoMirror], [ErrOtherService], [ErrNewerVersion] or [ErrClock] if the folder
// can't be used, and it is a [*spark.ArgumentError] for options that can't be.
func Update(ctx context.Context, service *spark.Service, dir string, options Options) (Summary, error) {
	options, err := options.withDefaults()
	if err != nil {
		return Summary{}, err
	}
	summary, err := update(ctx, service, dir, options)
	if err != nil {
		return summary, fmt.Errorf("mirror %s in %s: %w", service, dir, err)
	}
	return summary, nil
}

func update(ctx context.Context, service *spark.Service, dir string, options Options) (summary Summary, err error) {
	r := &run{
		service: service, options: options, began: time.Now(),
		store: store{dir: dir},
	}
	if err := r.prepareFolder(); err != nil {
		return summary, err
	}
	unlock, err := lock(dir)
	if err != nil {
		return summary, err
	}
	defer func() { err = cmp.Or(err, unlock()) }()
	if err := r.load(ctx); err != nil {
		return summary, err
	}
	for _, step := range []func(context.Context) error{r.fetchAll, r.settle, r.writeTables} {
		if err = step(ctx); err != nil {
			break
		}
	}
	slices.SortStableFunc(r.problems, func(a, b *WindowError) int { return midnight(a.From).Compare(midnight(b.From)) })
	if err == nil && len(r.problems) > 0 {
		err = r.problems
	}
	return r.summary(), err
}

// run is one Update.
type run struct {
	store
	service *spark.Service
	options Options
	began   time.Time

	damaged int // files

	progress sync.Mutex // serializes OnProgress, and guards the fields below
	done     int
	problems problems
}

// now is the time, which within a run never goes backwards.
func (r *run) now() time.Time { return r.began.Add(time.Since(r.began)).UTC().Round(0) }

// prepareFolder makes the folder, and refuses one with other contents.
func (r *run) prepareFolder() error {
	switch {
	case r.dir == "":
		return invalid("dir", "it is empty")
	case before(spark.DateOf(r.now()), r.options.Since):
		return invalid("Options.Since", "%s is in the future", r.options.Since)
	}
	if info, err := os.Stat(r.dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%w: it is no folder; give a new or an empty folder", ErrNoMirror)
	}
	_, err := os.Stat(filepath.Join(r.dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		err = r.claim()
	}
	if err != nil {
		return err
	}
	archives := filepath.Join(r.dir, zipFolder)
	if err := makeFolder(archives); err != nil {
		return err
	}
	return partfile.CheckDirectory(archives) // before any job is started
}

// claim takes a folder that has no manifest.
func (r *run) claim() error {
	if r.options.Since.IsZero() {
		return invalid("Options.Since", "it is required for a new directory: the first day to keep, such as 2024-03-01")
	}
	stranger, err := strangers(r.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case stranger != "":
		return fmt.Errorf("%w: the folder has no %s but holds %s; give a new or an empty folder", ErrNoMirror, manifestName, stranger)
	}
	return nil
}

// load reads the manifest, or makes a new one, and plans the windows.
func (r *run) load(ctx context.Context) error {
	m, err := readManifest(r.dir)
	own := identity{BaseURL: r.service.Client().BaseURL(), Folder: r.service.Folder(), Name: r.service.Name()}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		m = &manifest{Format: manifestFormat, Version: manifestVersion, Service: own, Days: DefaultDays}
	case err != nil:
		return err
	case m.Service != own && !m.empty():
		return fmt.Errorf("%w, %s; give another folder", ErrOtherService, m.Service)
	}
	m.Service = own
	r.manifest = m
	if r.options.Days > 0 {
		m.Days = r.options.Days
	}
	m.Parquet = m.Parquet || r.options.Parquet
	now := r.now()
	if err := m.checkClock(now, r.options.ClockWasWrong); err != nil {
		return err
	}
	m.dropOldJobs(r.options.LookBack)
	m.plan(r.options.Since, now)
	if err := r.findDamage(ctx); err != nil {
		return err
	}
	if err := r.save(); err != nil {
		return err
	}
	if m.Parquet {
		if err := makeFolder(filepath.Join(r.dir, parquetFolder)); err != nil {
			return err
		}
	}
	return m.sweep(r.dir)
}

// fetchAll fetches the windows that are due, some at once.
func (r *run) fetchAll(ctx context.Context) error {
	due := r.manifest.due(r.now(), r.options)
	group, together := errgroup.WithContext(ctx)
	group.SetLimit(r.options.Parallel)
	for _, i := range due {
		group.Go(func() error {
			if together.Err() != nil {
				return context.Cause(together)
			}
			return r.finished(i, len(due), r.fetch(ctx, together, i))
		})
	}
	return group.Wait()
}

// finished reports a window that was fetched. Its error ends the run.
func (r *run) finished(i, total int, err error) error {
	w := r.window(i)
	if errors.Is(err, spark.ErrJobFailed) {
		r.report(&w, err)
		return nil
	}
	if err != nil {
		return w.failed(err)
	}
	r.progress.Lock()
	defer r.progress.Unlock()
	r.done++
	if r.options.OnProgress != nil {
		r.options.OnProgress(Progress{Window: w.public(r.dir), Done: r.done, Total: total})
	}
	return nil
}

// report notes a problem of a window, which doesn't end the run.
func (r *run) report(w *window, err error) {
	r.progress.Lock()
	defer r.progress.Unlock()
	r.problems = append(r.problems, w.failed(err))
}

func (r *run) summary() Summary {
	summary := Summary{Windows: r.done, Damaged: r.damaged, Since: r.manifest.Windows[0].From, Problems: r.problems}
	for i := range r.manifest.Windows {
		if k := r.manifest.Windows[i].Kept; k != nil {
			summary.Records += k.Records
			summary.Unreadable += k.Unreadable
		}
	}
	return summary
}
