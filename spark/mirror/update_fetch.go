package mirror

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
)

const (
	// jobsPerWindow is how many jobs a run tries for one window, if the platform forgets
	// them, gives up on them or delivers damaged files.
	jobsPerWindow = 3
	// startAttempts is how often a job's start is tried, with pauses of 1 s and 4 s.
	startAttempts = 3
)

// fetch exports a window and stores the export. ctx is cancelled when another window
// fails. A job is started with startCtx, which isn't: an interrupted start may leave a job
// whose ID is unknown.
func (r *run) fetch(ctx, startCtx context.Context, i int) error {
	var err error
	for range jobsPerWindow {
		var exported spark.Job
		if exported, err = r.ensureJob(startCtx, i); err != nil {
			return err
		}
		if err = r.download(ctx, i, exported); err == nil {
			err = r.store(ctx, i)
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

// needsNewJob reports whether the job or its file is at fault.
func needsNewJob(err error) bool {
	var job *spark.JobError
	if errors.As(err, &job) {
		return errors.Is(err, spark.ErrJobFailed) || !job.Resumable()
	}
	return errors.Is(err, spark.ErrNotFound) || errors.Is(err, record.ErrCorrupt)
}

// ensureJob returns the window's job. If there is none, it starts one and saves its ID,
// so that a later run can resume it.
func (r *run) ensureJob(ctx context.Context, i int) (spark.Job, error) {
	w := r.window(i)
	if w.Job != nil {
		return r.service.Job(spark.FormatJSON, w.Job.ID), nil
	}
	started := r.now()
	exported, err := r.startExport(ctx, &w)
	if err != nil {
		return exported, err
	}
	w.Exports++
	w.Job = &jobState{ID: exported.ID, Started: started, Overlap: r.options.Overlap}
	return exported, r.set(i, w)
}

// startExport starts an export. Package spark doesn't retry a start that the platform may
// have acted on, but here a second job does no harm.
func (r *run) startExport(ctx context.Context, w *windowState) (spark.Job, error) {
	from, to := w.requested(r.options.Overlap)
	requests := 0
	for attempt, pause := 1, time.Second; ; attempt, pause = attempt+1, 4*pause {
		exported, err := r.service.StartExport(ctx, spark.FormatJSON, spark.Filter{From: from, To: to})
		var failure *spark.APIError
		if !errors.As(err, &failure) || !failure.Transient() {
			return exported, err
		}
		requests += failure.Attempts
		failure.Attempts, failure.NotRetried = requests, ""
		if attempt == startAttempts {
			return exported, err
		}
		select {
		case <-ctx.Done():
			return exported, err
		case <-time.After(pause):
		}
	}
}

// download waits for the job and saves its ZIP. It resumes the download of an earlier
// run.
func (r *run) download(ctx context.Context, i int, exported spark.Job) error {
	w := r.window(i)
	path := zipPath(r.dir, w.archiveName())
	if isIntact(path) {
		return nil // a run that was killed has saved it
	}
	removeFile(path)
	return exported.Save(ctx, path, spark.WithWaitLimit(r.options.WaitLimit), spark.WithOutageLimit(r.options.OutageLimit),
		spark.WithProgress(func(progress spark.WaitProgress) {
			r.mu.Lock()
			defer r.mu.Unlock()
			if r.options.OnWait != nil {
				r.options.OnWait(w.From, progress)
			}
		}))
}

// store replaces what the directory has of the window with the export.
func (r *run) store(ctx context.Context, i int) error {
	w := r.window(i)
	earlier := w.Stored
	next, unreadable, err := r.examine(ctx, &w)
	if err != nil {
		return err
	}
	if earlier != nil {
		parts := partsOf(max(next.Records, earlier.Records))
		extra := missingFrom(w.own(next.calls(ctx, r.dir, next.files())), w.recovered(ctx, r.dir), parts)
		records := int64(0)
		if next.Extra, records, err = r.saveExtra(ctx, &w, extra); err != nil {
			return err
		}
		next.Records += records
	}
	w.Stored, w.Job, w.Table = next, nil, nil
	if err := r.set(i, w); err != nil {
		return err
	}
	if unreadable != nil {
		r.report(&w, unreadable)
	}
	if earlier != nil && next.Records < earlier.Records {
		r.report(&w, fmt.Errorf("%w: %d of its %d calls are lost, since the platform no longer has them",
			record.ErrCorrupt, earlier.Records-next.Records, earlier.Records))
	}
	for _, f := range earlier.files() {
		removeFile(zipPath(r.dir, f.Name))
	}
	return nil
}

// examine reads what the window's job exported. unreadable is set if part of it can't be
// decoded.
func (r *run) examine(ctx context.Context, w *windowState) (s *storedState, unreadable, err error) {
	archive, err := describe(ctx, zipPath(r.dir, w.archiveName()))
	if err != nil {
		return nil, nil, err
	}
	s = &storedState{AsOf: w.Job.Started, Archive: archive}
	var first error
	var seen outside
	seen.From, seen.To = w.requested(w.Job.Overlap)
	for call, err := range streamArchives(openAll(r.dir, s.files())) {
		switch {
		case ctx.Err() != nil:
			return nil, nil, context.Cause(ctx)
		case isUndecodable(err):
			if s.Unreadable++; s.Unreadable == 1 {
				first = err
			}
			continue
		case err != nil:
			return nil, nil, err
		}
		seen.add(call)
		if w.has(call) {
			s.Records++
		}
	}
	if seen.Calls > 0 {
		s.Outside = &seen
	}
	if first != nil {
		unreadable = fmt.Errorf("%w: %w (%d in all); everything else is kept, and the next run fetches the window again", ErrUnreadable, first, s.Unreadable)
	}
	return s, unreadable, nil
}
