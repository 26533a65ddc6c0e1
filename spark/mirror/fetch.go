package mirror

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/sparkgo/spark-go/spark"
)

// jobsPerWindow is how many jobs a run tries for one window, where the platform
// forgets them, gives up on them or delivers damaged files.
const jobsPerWindow = 3

// fetch exports a window and keeps what it gets. It ends with together, when
// another window failed; only the start of a job goes on then, until the caller's
// own ctx ends: cut off, it would leave a job that nobody knows of.
func (r *run) fetch(ctx, together context.Context, i int) error {
	var err error
	for range jobsPerWindow {
		if err = r.ensureJob(ctx, i); err != nil {
			return err
		}
		if err = r.download(together, i); err == nil {
			err = r.keep(together, i)
		}
		if err == nil || !needsNewJob(err) {
			return err
		}
		w := r.window(i)
		w.Job = nil
		if saved := r.set(i, w); saved != nil {
			return saved
		}
	}
	return err
}

// needsNewJob tells failures of one job from all others.
func needsNewJob(err error) bool {
	return errors.Is(err, spark.ErrJobFailed) || errors.Is(err, spark.ErrNotFound) || errors.Is(err, spark.ErrCorrupt)
}

// ensureJob starts an export and notes its ID before anything waits for it, so
// that a later run can pick it up.
func (r *run) ensureJob(ctx context.Context, i int) error {
	w := r.window(i)
	if w.Job != nil {
		return nil
	}
	if err := r.step("start job " + w.From.String()); err != nil {
		return err
	}
	started := r.now()
	begun, err := r.service.StartExport(ctx, spark.JSON, spark.Filter{
		From: midnight(w.From).Add(-r.options.Overlap),
		To:   midnight(w.To).Add(r.options.Overlap),
	})
	if err != nil {
		return err
	}
	if err := r.step("started job " + w.From.String()); err != nil {
		return err
	}
	w.Exports++
	w.Job = &job{ID: begun.ID, Started: started}
	return r.set(i, w)
}

// download waits for the job and saves its ZIP. It goes on with what an earlier
// run has of it.
func (r *run) download(ctx context.Context, i int) error {
	w := r.window(i)
	path := zipPath(r.dir, w.archiveName())
	if _, err := os.Stat(path); err == nil {
		return nil // saved whole by an earlier run
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := r.step("save " + w.From.String()); err != nil {
		return err
	}
	return r.service.Job(spark.JSON, w.Job.ID).Save(ctx, path,
		spark.OnTransfer(func(spark.Transfer) { _ = r.step("saving " + w.From.String()) }))
}

// keep puts what was downloaded in the place of what the folder had of the window.
func (r *run) keep(ctx context.Context, i int) error {
	w := r.window(i)
	earlier := w.Kept
	fresh, err := r.examine(ctx, &w)
	if err != nil {
		return err
	}
	if fresh.Rest, err = r.keepRest(ctx, &w, fresh); err != nil {
		return err
	}
	w.Kept, w.Job, w.Table = fresh, nil, nil
	if err := r.set(i, w); err != nil {
		return err
	}
	for _, f := range earlier.files() {
		if err := r.remove(zipPath(r.dir, f.Name)); err != nil {
			return err
		}
	}
	return nil
}
