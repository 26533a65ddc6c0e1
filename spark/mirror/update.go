package mirror

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sparkgo/spark-go/spark"
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
}

// Update brings a folder up to date: when it returns nil, the folder holds every
// call of the service that was in the platform's log when Update began, from
// Options.Since on. A folder that doesn't exist is made.
//
// It can be ended at any time, by the context or by the end of the process; the
// next Update goes on. Windows whose export fails are left out and told of at the
// end, as [WindowError]s; any other failure ends the run at once, with what has
// been fetched kept. The error matches [ErrLocked], [ErrNoMirror],
// [ErrOtherService], [ErrNewerVersion] or [ErrClock] where the folder can't be
// used, and it is a [*spark.ArgumentError] for options that can't be.
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
		store: store{disk: disk{options.step}, dir: dir},
	}
	if err := r.prepareFolder(); err != nil {
		return summary, err
	}
	unlock, err := lock(dir)
	if err != nil {
		return summary, err
	}
	defer func() { err = cmp.Or(err, unlock()) }()
	if err := r.load(); err != nil {
		return summary, err
	}
	if err = r.fetchAll(ctx); err == nil {
		err = r.writeTables(ctx)
	}
	if err == nil && len(r.failed) > 0 {
		err = r.failed
	}
	return r.summary(), err
}

// run is one Update.
type run struct {
	store
	service *spark.Service
	options Options
	began   time.Time

	progress sync.Mutex // serializes OnProgress
	done     int
	failed   failures
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
	return r.makeFolder(filepath.Join(r.dir, zipFolder))
}

// claim takes a folder that has no manifest.
func (r *run) claim() error {
	if r.options.Since.IsZero() {
		return invalid("Options.Since", "it is missing; a new folder needs the first day to keep")
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
func (r *run) load() error {
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
	m.plan(r.options.Since, now)
	m.dropOldJobs(r.options.LookBack)
	m.missMissing(r.dir)
	if err := r.save(); err != nil {
		return err
	}
	if m.Parquet {
		if err := r.makeFolder(filepath.Join(r.dir, parquetFolder)); err != nil {
			return err
		}
	}
	return m.sweep(r.disk, r.dir)
}

// fetchAll fetches the windows that are due, some at once.
func (r *run) fetchAll(ctx context.Context) error {
	due := r.manifest.due(r.now(), r.options.LookBack)
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

// finished tells of a window that was fetched. Its error ends the run.
func (r *run) finished(i, total int, err error) error {
	w := r.window(i)
	if err != nil {
		err = &WindowError{From: w.From, To: w.To, Err: err}
	}
	r.progress.Lock()
	defer r.progress.Unlock()
	switch {
	case errors.Is(err, spark.ErrJobFailed):
		r.failed = append(r.failed, err)
		return nil
	case err != nil:
		return err
	}
	r.done++
	if r.options.OnProgress != nil {
		r.options.OnProgress(Progress{Window: w.public(r.dir), Done: r.done, Total: total})
	}
	return nil
}

func (r *run) summary() Summary {
	summary := Summary{Windows: r.done}
	for i := range r.manifest.Windows {
		if k := r.manifest.Windows[i].Kept; k != nil {
			summary.Records += k.Records
			summary.Unreadable += k.Unreadable
		}
	}
	return summary
}
