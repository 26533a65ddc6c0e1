package spark

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	defaultPollMin     = 250 * time.Millisecond
	defaultPollMax     = 30 * time.Second
	defaultWaitLimit   = 24 * time.Hour
	defaultOutageLimit = 5 * time.Minute
	// firstResponseLimit is how long failures are tolerated before the first usable
	// response: until then the base URL or the credential may be wrong.
	firstResponseLimit = 30 * time.Second
	// rejectionLimit is how long the platform may report an error for a job before
	// the job counts as failed.
	rejectionLimit = time.Minute
	// fileLimit is how long a job may stand at 100 without a file before it counts
	// as failed.
	fileLimit = time.Minute
	// unknownLimit is how long the platform may not know a job that it has just started.
	unknownLimit = 10 * time.Second
)

func (o waitOptions) withDefaults() (waitOptions, error) {
	o.limit = cmp.Or(o.limit, defaultWaitLimit)
	o.outageLimit = cmp.Or(o.outageLimit, defaultOutageLimit)
	o.poll.min = cmp.Or(o.poll.min, defaultPollMin)
	o.poll.max = cmp.Or(o.poll.max, max(defaultPollMax, o.poll.min))
	if o.poll.max < o.poll.min {
		return o, invalid("WithPollInterval", "the maximum is less than the minimum")
	}
	return o, cmp.Or(checkNotNegative("WithPollInterval", o.poll.min), checkNotNegative("WithPollInterval", o.poll.max))
}

// Wait requests the job's status until the job is done. How often depends on the
// progress, see the package documentation. Transient failures don't end the wait
// before its [WithOutageLimit]. It returns a [*JobError], which says what the last
// status was and how to resume:
//   - when the job failed ([ErrJobFailed]): the platform reported an error for a
//     minute, or a progress of 100 without a file;
//   - when the context or [WithWaitLimit] ended first ([ErrWaitLimit]);
//   - when the platform stopped responding, with the last failure as the cause;
//   - at once, after a failure that isn't transient, such as [ErrUnauthorized],
//     [ErrForbidden] or [ErrNotFound].
func (j Job) Wait(ctx context.Context, opts ...WaitOption) (JobStatus, error) {
	return j.wait(ctx, collect(opts).wait)
}

func (j Job) wait(ctx context.Context, options waitOptions) (JobStatus, error) {
	if _, err := j.check(); err != nil {
		return JobStatus{}, err
	}
	options, err := options.withDefaults()
	if err != nil {
		return JobStatus{}, err
	}
	return newWaiter(j, options).run(ctx)
}

// waiter is the state of one wait.
type waiter struct {
	job      Job
	options  waitOptions
	start    time.Time // of the wait
	running  time.Time // since when the job has been running, as far as this process knows
	rate     progressRate
	interval time.Duration // until the next status request
	polls    int
	status   *JobStatus // the last usable one
	complete time.Time  // since when the progress has been 100
	outage   *Outage
	rejected time.Time // since when the platform has been reporting an error for the job
	giveUp   error     // what ends the wait at outage.Until
}

func newWaiter(j Job, options waitOptions) *waiter {
	w := &waiter{job: j, options: options, start: time.Now()}
	w.running = w.start
	if !j.started.IsZero() {
		w.running = j.started
		w.rate.add(j.started, 0)
		// A job that has only just been started can't be done yet.
		w.interval = options.poll.min - time.Since(j.started)
	}
	return w
}

func (w *waiter) run(ctx context.Context) (JobStatus, error) {
	if w.options.limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, w.options.limit, ErrWaitLimit)
		defer cancel()
	}
	for {
		if err := w.step(ctx); err != nil {
			return w.lastStatus(), w.ended(err)
		}
		if w.status != nil && w.status.Done {
			return *w.status, nil
		}
	}
}

// step waits, and requests the status once. An error ends the wait.
func (w *waiter) step(ctx context.Context) error {
	if w.outage != nil && !w.outage.Until.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, w.outage.Until, w.giveUp)
		defer cancel()
	}
	if !sleep(ctx, w.beforeDeadline(ctx)) {
		return w.endOf(ctx)
	}
	status, state, err := w.job.requestStatus(ctx, retryNever)
	w.polls++
	switch {
	case err == nil:
		return w.afterStatus(time.Now(), status)
	case ctx.Err() != nil:
		return w.endOf(ctx) // a request that was cut short says nothing about the job
	case errors.Is(err, errRateLimit): // nothing was sent, and nothing will be before the deadline
		w.polls--
		<-ctx.Done()
		return w.endOf(ctx)
	}
	if err := w.afterFailure(time.Now(), err); err != nil {
		return err
	}
	event := state.outcome(nil, err)
	event.Retry, event.Wait = true, w.interval
	w.job.client.settings.notify(ctx, event)
	return nil
}

// beforeDeadline returns how long to wait. It moves the next status request before
// the context's deadline if there is time for one: the job may just be done.
func (w *waiter) beforeDeadline(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	remaining := time.Until(deadline)
	if !ok || remaining >= w.interval || remaining <= 2*w.options.poll.min {
		return w.interval
	}
	return remaining - w.options.poll.min
}

// afterStatus takes in a usable response.
func (w *waiter) afterStatus(now time.Time, status JobStatus) error {
	w.status, w.outage, w.rejected = &status, nil, time.Time{}
	if status.Progress >= 0 {
		w.rate.add(now, status.Progress)
	}
	w.interval = pollInterval(now.Sub(w.running), w.rate.remaining(now), w.options.poll)
	w.report(now)
	if status.Done || status.Progress < 100 {
		w.complete = time.Time{}
		return nil
	}
	if w.complete.IsZero() {
		w.complete = now
	}
	if now.Sub(w.complete) >= fileLimit {
		return ErrJobFailed
	}
	// Usually the file follows at once.
	w.interval = pollInterval(now.Sub(w.complete), -1, w.options.poll)
	return nil
}

// afterFailure tolerates a failed request, or returns the error that ends the wait.
func (w *waiter) afterFailure(now time.Time, err error) error {
	var failure *APIError
	if !errors.As(err, &failure) || !w.tolerates(now, failure) {
		w.outage = nil // err says it all; LastError would be an earlier failure
		return err
	}
	w.note(now, failure)
	defer w.report(now)
	if !w.outage.Until.IsZero() && !now.Before(w.outage.Until) {
		return w.giveUp
	}
	w.interval = pollInterval(now.Sub(w.running), -1, w.options.poll)
	if retryAfter := min(failure.RetryAfter, w.job.client.settings.retry.MaxRetryAfter); retryAfter > w.interval {
		w.interval = retryAfter
		if next := now.Add(retryAfter + unknownLimit); !w.outage.Until.IsZero() && next.After(w.outage.Until) {
			w.outage.Until = next // one more request, when the platform wants it
		}
	}
	return nil
}

// tolerates reports whether the job may still be running although a status request
// failed.
func (w *waiter) tolerates(now time.Time, failure *APIError) bool {
	if w.job.isUnknown(failure) {
		return now.Sub(w.job.started) < unknownLimit
	}
	return failure.Transient() || rejects(failure)
}

// rejects reports whether the platform itself reports an error for the job.
func rejects(failure *APIError) bool {
	switch failure.kind {
	case ErrUnauthorized, ErrForbidden, ErrNotFound, ErrRateLimited:
		return false
	}
	return failure.reported
}

// note makes a failure part of the outage, and decides when the wait gives up. A
// platform that limits the rate of requests is responding, so it isn't given up.
func (w *waiter) note(now time.Time, failure *APIError) {
	limited := failure.kind == ErrRateLimited
	since := now.UTC()
	if w.outage != nil && limited == errors.Is(w.outage.Err, ErrRateLimited) {
		since = w.outage.Since
	}
	w.outage = &Outage{Err: failure, Since: since}
	if !rejects(failure) {
		w.rejected = time.Time{}
	} else if w.rejected.IsZero() {
		w.rejected = now.UTC()
	}
	outage, rejection := w.options.outageLimit, rejectionLimit
	if w.status == nil {
		outage, rejection = min(outage, firstResponseLimit), firstResponseLimit
	}
	if outage >= 0 && !limited {
		w.outage.Until = since.Add(outage)
		w.giveUp = fmt.Errorf("no usable response since %s: %w", since.Format("15:04:05 MST"), failure)
	}
	if failed := w.rejected.Add(rejection); !w.rejected.IsZero() && (outage < 0 || !failed.After(w.outage.Until)) {
		w.outage.Until, w.giveUp = failed, ErrJobFailed
	}
}

func (w *waiter) report(now time.Time) {
	if w.options.onProgress == nil {
		return
	}
	status := w.lastStatus()
	fraction, remaining := max(status.Progress, 0)/100, w.rate.remaining(now)
	if status.Done {
		fraction, remaining = 1, 0
	}
	w.options.onProgress(WaitProgress{
		Status: status, Fraction: fraction, Elapsed: now.Sub(w.start), Polls: w.polls, Outage: w.outage,
		remaining: max(remaining, 0), hasEstimate: remaining >= 0,
	})
}

func (w *waiter) lastStatus() JobStatus {
	if w.status == nil {
		return JobStatus{Progress: -1}
	}
	return *w.status
}

// ended returns the error of a wait that ended before the job was done.
func (w *waiter) ended(cause error) error {
	ended := &JobError{Job: w.job, Err: cause, LastStatus: w.status, Elapsed: time.Since(w.start), Polls: w.polls}
	if w.outage != nil && !errors.Is(cause, w.outage.Err) {
		ended.LastError = w.outage.Err
	}
	return ended
}

// endOf returns why the context ended. A limit of the wait's own says nothing about the
// caller's context, so it stands alone.
func (w *waiter) endOf(ctx context.Context) error {
	if cause := context.Cause(ctx); cause == ErrWaitLimit || cause == w.giveUp {
		return cause
	}
	return endedBy(ctx)
}
