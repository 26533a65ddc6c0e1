package spark

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// Defaults of a wait for a job.
const (
	DefaultPollShortest = 250 * time.Millisecond
	// DefaultPollLongest is as long as that because of jobs of hours that report
	// nothing: a fifth of two hours is 24 minutes.
	DefaultPollLongest = 30 * time.Minute
	DefaultWaitLimit   = 24 * time.Hour
	// fileGrace is how long a job may stand at 100 without a file before it
	// counts as failed (platform.md has both: a late file, and a failed job).
	fileGrace = time.Minute
)

// WaitOption changes how [Job.Wait] waits. Each is an [ExportOption] too.
type WaitOption interface {
	ExportOption
	applyWait(*waitOptions)
}

type waitOptions struct {
	limit             time.Duration
	shortest, longest time.Duration
	onProgress        func(Progress)
}

type waitOption func(*waitOptions)

func (o waitOption) applyWait(options *waitOptions)     { o(options) }
func (o waitOption) applyExport(options *exportOptions) { o(&options.waitOptions) }

// OnProgress calls a function after each status request that was answered.
func OnProgress(report func(Progress)) WaitOption {
	return waitOption(func(o *waitOptions) { o.onProgress = report })
}

// WaitLimit ends the wait, not the job, after so long. 0 means the default, 24
// hours; negative means no limit but the context's.
func WaitLimit(limit time.Duration) WaitOption {
	return waitOption(func(o *waitOptions) { o.limit = limit })
}

// PollBetween bounds the time between status requests. 0 means the default:
// 250 ms, and 30 minutes.
func PollBetween(shortest, longest time.Duration) WaitOption {
	return waitOption(func(o *waitOptions) { o.shortest, o.longest = shortest, longest })
}

func (o waitOptions) withDefaults() (waitOptions, error) {
	if o.shortest < 0 || o.longest < 0 {
		return o, invalid("PollBetween", "it is negative")
	}
	if o.shortest == 0 {
		o.shortest = DefaultPollShortest
	}
	if o.longest == 0 {
		o.longest = max(DefaultPollLongest, o.shortest)
	}
	if o.longest < o.shortest {
		return o, invalid("PollBetween", "the longest time is shorter than the shortest")
	}
	if o.limit == 0 {
		o.limit = DefaultWaitLimit
	}
	return o, nil
}

// Progress is how far a job is, as its wait goes on.
type Progress struct {
	// Status is what the platform reports.
	Status JobStatus
	// Fraction is 0 to 1; 0 where the platform reports none.
	Fraction float64
	// Elapsed is the time since the wait began, Remaining an estimate of what is
	// left; negative where there is none.
	Elapsed, Remaining time.Duration
	// Polls counts the status requests.
	Polls int
}

// Wait asks for the job's status until it is done. It asks rarely while much is
// left and often near the end, see the package documentation. Failures that may
// pass don't end it. It returns a [*JobError] that tells what was last heard and
// how to go on: when the job failed ([ErrJobFailed]), when the context or
// [WaitLimit] ended first, and at a fatal answer, such as [ErrUnauthorized],
// [ErrForbidden] or [ErrNotFound].
func (j Job) Wait(ctx context.Context, opts ...WaitOption) (JobStatus, error) {
	var options waitOptions
	for _, opt := range opts {
		if opt != nil {
			opt.applyWait(&options)
		}
	}
	return j.wait(ctx, options)
}

func (j Job) wait(ctx context.Context, options waitOptions) (JobStatus, error) {
	if _, err := j.check(); err != nil {
		return JobStatus{}, err
	}
	options, err := options.withDefaults()
	if err != nil {
		return JobStatus{}, err
	}
	w := newWaiter(j, options)
	return w.run(ctx)
}

// waiter is one wait.
type waiter struct {
	job       Job
	options   waitOptions
	pacer     *pacer
	start     time.Time
	last      *JobStatus
	lastErr   error
	polls     int
	fullSince time.Time
}

func newWaiter(j Job, options waitOptions) *waiter {
	limits := pacerLimits{shortest: options.shortest, longest: options.longest}
	w := &waiter{job: j, options: options, start: time.Now()}
	w.pacer = newPacer(w.start, limits, rand.Float64)
	return w
}

// untilFirst is how long a job that was started just now is left alone; any
// other one may be done already.
func (w *waiter) untilFirst() time.Duration {
	if w.job.fresh == nil || !w.job.fresh.Swap(false) {
		return 0
	}
	return w.pacer.first()
}

func (w *waiter) run(ctx context.Context) (JobStatus, error) {
	if w.options.limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, w.options.limit, ErrWaitLimit)
		defer cancel()
	}
	wait := w.untilFirst()
	for {
		if err := sleep(ctx, w.beforeDeadline(ctx, wait)); err != nil {
			return w.lastStatus(), w.ended(causeOf(ctx))
		}
		var err error
		if wait, err = w.poll(ctx); err != nil {
			return w.lastStatus(), w.ended(err)
		}
		if w.last != nil && w.last.Done {
			return *w.last, nil
		}
	}
}

// beforeDeadline moves the next status request before the deadline where there
// is room for one: the job may just have ended.
func (w *waiter) beforeDeadline(ctx context.Context, wait time.Duration) time.Duration {
	deadline, ok := ctx.Deadline()
	left := time.Until(deadline)
	if !ok || left >= wait || left <= 2*w.options.shortest {
		return wait
	}
	return left - w.options.shortest
}

// poll asks once and says how long to wait until the next time. Its error ends
// the wait.
func (w *waiter) poll(ctx context.Context) (time.Duration, error) {
	status, err := w.job.Status(ctx)
	w.polls++
	now := time.Now()
	if ctx.Err() != nil && err != nil {
		if w.lastErr == nil || !cutOff(ctx, err) {
			w.lastErr = err
		}
		return 0, causeOf(ctx)
	}
	if err != nil {
		w.lastErr = err
		return w.afterFailure(now, err)
	}
	w.last = &status
	if !status.complete() {
		w.fullSince = time.Time{}
	} else if w.fullSince.IsZero() {
		w.fullSince = now
	}
	w.report(now)
	if !status.Done && !w.fullSince.IsZero() && now.Sub(w.fullSince) >= fileGrace {
		return 0, ErrJobFailed
	}
	return w.pacer.next(now, status.Progress, status.Progress >= 0), nil
}

// cutOff reports whether the context ended a request before it heard anything.
func cutOff(ctx context.Context, err error) bool {
	var refused *APIError
	var heard *interruption
	return errors.As(err, &refused) && refused.Status == 0 &&
		(!errors.As(err, &heard) || errors.Is(heard.before, context.Cause(ctx)))
}

// afterFailure goes on after failures that may pass, no sooner than the
// platform asks.
func (w *waiter) afterFailure(now time.Time, err error) (time.Duration, error) {
	if !passing(err) {
		return 0, err
	}
	wait := w.pacer.next(now, 0, false)
	var refused *APIError
	if errors.As(err, &refused) {
		wait = max(wait, min(refused.RetryAfter, w.options.longest))
	}
	return wait, nil
}

// causeOf is why a wait's context ended: our own limit, or the user's reason
// together with the context's error.
func causeOf(ctx context.Context) error {
	if cause := context.Cause(ctx); errors.Is(cause, ErrWaitLimit) {
		return cause
	}
	return endedBy(ctx.Err(), context.Cause(ctx))
}

func (w *waiter) report(now time.Time) {
	if w.options.onProgress == nil {
		return
	}
	progress := Progress{Status: *w.last, Elapsed: now.Sub(w.start), Remaining: -1, Polls: w.polls}
	progress.Fraction = max(w.last.Progress, 0) / 100
	if remaining, ok := w.pacer.remaining(now); ok {
		progress.Remaining = remaining
	}
	if w.last.Done {
		progress.Fraction, progress.Remaining = 1, 0
	}
	w.options.onProgress(progress)
}

func (w *waiter) lastStatus() JobStatus {
	if w.last == nil {
		return JobStatus{Progress: -1}
	}
	return *w.last
}

func (w *waiter) ended(cause error) error {
	ended := &JobError{
		Job: w.job, Cause: cause, LastStatus: w.last, LastError: w.lastErr,
		Elapsed: time.Since(w.start), Polls: w.polls,
	}
	var failed *JobError
	if errors.As(cause, &failed) {
		ended.Cause, ended.LastError = failed.Cause, failed.LastError
	}
	return ended
}

// passing reports whether the failure of a status request may pass while the
// job goes on: those that are worth a retry, those of a retry that only the
// context's deadline forbade, and answers that aren't the platform's.
func passing(err error) bool {
	var (
		refused     *APIError
		interrupted *interruption
	)
	if !errors.As(err, &refused) || errors.Is(err, ErrJobFailed) {
		return false
	}
	if errors.Is(err, ErrUnexpectedAnswer) {
		return refused.Operation != opToken.name
	}
	return refused.Temporary() || errors.As(err, &interrupted) || errors.Is(err, errRateLimit) ||
		errors.Is(err, ErrRateLimited) || errors.Is(err, ErrUnavailable)
}
