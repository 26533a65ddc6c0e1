package mirror

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
)

// jobsPerWindow is how many jobs a run tries for one window, where the platform
// forgets them, gives up on them or delivers damaged files.
const jobsPerWindow = 3

// maxStartPause bounds the pauses between tries to start an export: 1 s and 4 s.
const maxStartPause = 4 * time.Second

// fetch exports a window and keeps what it gets. It ends with together, when
// another window failed; only the start of a job goes on then, until the caller's
// own ctx ends: cut off, it would leave a job that nobody knows of.
func (r *run) fetch(ctx, together context.Context, i int) error {
	var err error
	for range jobsPerWindow {
		var exported spark.Job
		if exported, err = r.ensureJob(ctx, i); err != nil {
			return err
		}
		if err = r.download(together, i, exported); err == nil {
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

// needsNewJob reports whether a failure is one of the job or its file.
func needsNewJob(err error) bool {
	var job *spark.JobError
	if errors.As(err, &job) {
		return errors.Is(err, spark.ErrJobFailed) || !job.Resumable()
	}
	return errors.Is(err, spark.ErrNotFound) || errors.Is(err, record.ErrCorrupt)
}

// ensureJob returns the window's job. It starts one if there is none, and notes its
// ID before anything waits for it, so that a later run can resume it.
func (r *run) ensureJob(ctx context.Context, i int) (spark.Job, error) {
	w := r.window(i)
	if w.Job != nil {
		return r.service.Job(spark.JSON, w.Job.ID), nil
	}
	started := r.now()
	begun, err := r.startExport(ctx, &w)
	if err != nil {
		return begun, err
	}
	w.Exports++
	w.Job = &job{ID: begun.ID, Started: started, Overlap: r.options.Overlap}
	return begun, r.set(i, w)
}

// startExport starts an export. Package spark doesn't repeat a start that the
// platform may have acted on, but here a second job does no harm.
func (r *run) startExport(ctx context.Context, w *window) (begun spark.Job, err error) {
	from, to := w.asked(r.options.Overlap)
	for pause := time.Second; ; pause *= 4 {
		begun, err = r.service.StartExport(ctx, spark.JSON, spark.Filter{From: from, To: to})
		var failed *spark.APIError
		if !errors.As(err, &failed) || !failed.Transient() || pause > maxStartPause {
			return begun, err
		}
		select {
		case <-ctx.Done():
			return begun, err
		case <-time.After(pause):
		}
	}
}

// download waits for the job and saves its ZIP. It resumes what an earlier run has
// of it.
func (r *run) download(ctx context.Context, i int, exported spark.Job) error {
	w := r.window(i)
	path := zipPath(r.dir, w.archiveName())
	_, err := os.Stat(path)
	switch {
	case err == nil && isIntact(path):
		return nil // saved by an earlier run
	case err == nil:
		removeFile(path)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	_, err = exported.Wait(ctx, spark.WaitLimit(r.options.WaitLimit), spark.WithOutageLimit(r.options.OutageLimit),
		spark.OnProgress(func(progress spark.Progress) { r.waiting(&w, progress) }))
	if err != nil {
		return err
	}
	return exported.Save(ctx, path)
}

func (r *run) waiting(w *window, progress spark.Progress) {
	r.progress.Lock()
	defer r.progress.Unlock()
	if r.options.OnWait != nil {
		r.options.OnWait(w.From, progress)
	}
}

// keep puts what was downloaded in the place of what the directory had of the window.
func (r *run) keep(ctx context.Context, i int) error {
	w := r.window(i)
	earlier := w.Kept
	fresh, unreadable, err := r.examine(ctx, &w)
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
	if unreadable != nil {
		r.report(&w, unreadable)
	}
	if earlier != nil && fresh.Records < earlier.Records {
		r.report(&w, fmt.Errorf("%w: %d of its %d calls are lost, since the platform no longer has them",
			record.ErrCorrupt, earlier.Records-fresh.Records, earlier.Records))
	}
	for _, f := range earlier.files() {
		removeFile(zipPath(r.dir, f.Name))
	}
	return nil
}
