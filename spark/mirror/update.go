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

// Summary reports what an [Update] did.
type Summary struct {
	// Windows is how many were fetched in this run.
	Windows int
	// Records is how many the directory contains; each record of a v4 call counts.
	Records int64
	// Unreadable is how many records can't be decoded. A record near a seam counts in
	// both windows. Each run fetches their windows again.
	Unreadable int64
	// Damaged is how many files were missing or damaged and have been replaced.
	Damaged int
	// Since is the first day in the directory.
	Since spark.Date
	// Problems are the errors of single windows, in order of time. Update's error wraps
	// them.
	Problems []*WindowError
}

// Update updates a directory: when it returns nil, the directory contains every call of
// the service since Options.Since that was in the platform's log when Update began. A
// directory that doesn't exist is made.
//
// It can be stopped at any time, by the context or by the end of the process; the next
// Update picks up where it left off. Problems of single windows are reported at the end, as
// [WindowError]s: the window's export failed ([spark.ErrJobFailed]), part of it can't be
// decoded ([ErrUnreadable]), or it contains calls outside the requested time
// ([ErrOutside]). Any other failure ends the run at once. What has been fetched is kept in
// either case. The error matches [ErrLocked], [ErrNoMirror], [ErrOtherService],
// [ErrNewerVersion] or [ErrClock] if the directory can't be used. It is a
// [*spark.ArgumentError] if dir or options are invalid.
func Update(ctx context.Context, service *spark.Service, dir string, options Options) (summary Summary, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("mirror %s in %s: %w", service, dir, err)
		}
	}()
	r := &run{service: service, dir: dir, began: time.Now()}
	if r.options, err = options.withDefaults(); err != nil {
		return summary, err
	}
	if err := r.prepareDirectory(); err != nil {
		return summary, err
	}
	unlock, err := lockDirectory(dir)
	if err != nil {
		return summary, err
	}
	defer func() { err = cmp.Or(err, unlock()) }()
	if err := r.load(ctx); err != nil {
		return summary, err
	}
	err = r.fetchAll(ctx)
	if err == nil {
		err = r.settle(ctx)
	}
	if err == nil {
		err = r.writeTables(ctx)
	}
	summary = r.summary()
	if err == nil && len(r.problems) > 0 {
		err = r.problems
	}
	return summary, err
}

// run is one Update.
type run struct {
	service *spark.Service
	dir     string
	options Options
	began   time.Time
	damaged int // files

	mu       sync.Mutex // guards the fields below, and serializes the callbacks of Options
	manifest *manifest
	done     int // windows
	problems problems
}

// now returns the time. Within a run it never goes backwards.
func (r *run) now() time.Time { return r.began.Add(time.Since(r.began)).UTC().Round(0) }

// prepareDirectory makes the directory. If it has other contents, it returns an error.
func (r *run) prepareDirectory() error {
	switch {
	case r.dir == "":
		return invalid("dir", "it is empty")
	case isBefore(spark.DateOf(r.now()), r.options.Since):
		return invalid("Options.Since", "%s is in the future", r.options.Since)
	}
	if info, err := os.Stat(r.dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%w: it is not a directory; give a new or an empty directory", ErrNoMirror)
	}
	_, err := os.Stat(filepath.Join(r.dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		err = r.checkNew()
	}
	if err != nil {
		return err
	}
	archives := filepath.Join(r.dir, zipDirectory)
	if err := makeDirectory(archives); err != nil {
		return err
	}
	return partfile.CheckDirectory(archives) // before any job is started
}

// checkNew returns an error if a directory without a manifest can't become a mirror.
func (r *run) checkNew() error {
	if r.options.Since.IsZero() {
		return invalid("Options.Since", "it is required for a new directory: the first day to keep, such as 2024-03-01")
	}
	foreign, err := foreignFile(r.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && foreign != "":
		return fmt.Errorf("%w: the directory has no %s but contains %s; give a new or an empty directory", ErrNoMirror, manifestName, foreign)
	}
	return err
}

// load reads the manifest, or makes a new one, and plans the windows.
func (r *run) load(ctx context.Context) error {
	m, err := readManifest(r.dir)
	own := identity{BaseURL: r.service.Client().BaseURL(), Folder: r.service.Folder(), Name: r.service.Name()}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		m = &manifest{Format: manifestFormat, Version: manifestVersion, Days: 1}
	case err != nil:
		return err
	case m.Service != own && !m.isEmpty():
		return fmt.Errorf("%w, %s; give another directory", ErrOtherService, m.Service)
	}
	r.manifest = m
	m.Service = own
	m.Days = cmp.Or(r.options.Days, m.Days)
	m.Parquet = m.Parquet || r.options.Parquet
	now := r.now()
	if err := m.checkClock(now, r.options.ClockWasWrong); err != nil {
		return err
	}
	m.plan(r.options.Since, now, r.options.LookBack)
	if err := r.findDamage(ctx); err != nil {
		return err
	}
	if err := m.write(r.dir); err != nil {
		return err
	}
	if m.Parquet {
		if err := makeDirectory(filepath.Join(r.dir, parquetDirectory)); err != nil {
			return err
		}
	}
	return m.removeLeftovers(r.dir)
}

// fetchAll fetches the windows that are due.
func (r *run) fetchAll(ctx context.Context) error {
	due := r.manifest.due(r.now(), r.options)
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(r.options.Parallel)
	for _, i := range due {
		group.Go(func() error {
			if groupCtx.Err() != nil {
				return context.Cause(groupCtx)
			}
			err := r.fetch(groupCtx, ctx, i)
			w := r.window(i)
			switch {
			case errors.Is(err, spark.ErrJobFailed):
				r.report(&w, err)
				return nil
			case err != nil:
				return w.failed(err)
			}
			r.progress(&w, len(due))
			return nil
		})
	}
	return group.Wait()
}

func (r *run) progress(w *windowState, total int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	if r.options.OnProgress != nil {
		r.options.OnProgress(Progress{Window: w.public(r.dir), Done: r.done, Total: total})
	}
}

// report notes a problem of a window that doesn't end the run.
func (r *run) report(w *windowState, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.problems = append(r.problems, w.failed(err))
}

// window returns a copy of a window as it is now.
func (r *run) window(i int) windowState {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.manifest.Windows[i]
}

// set changes a window in memory and on the disk.
func (r *run) set(i int, w windowState) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.manifest.Windows[i] = w
	return r.manifest.write(r.dir)
}

func (r *run) summary() Summary {
	slices.SortStableFunc(r.problems, func(a, b *WindowError) int { return midnight(a.From).Compare(midnight(b.From)) })
	summary := Summary{Windows: r.done, Damaged: r.damaged, Since: r.manifest.Windows[0].From, Problems: r.problems}
	for i := range r.manifest.Windows {
		if s := r.manifest.Windows[i].Stored; s != nil {
			summary.Records += s.Records
			summary.Unreadable += s.Unreadable
		}
	}
	return summary
}
