package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"github.com/sparkgo/spark-go/spark"
)

// waitFlags limit how long a command waits for a job.
type waitFlags struct{ limit, outageLimit time.Duration }

func (w *waitFlags) register(flags *pflag.FlagSet) {
	limitKind.add(flags, &w.limit, "wait-limit", "24h", "how long to wait for an export; none is without a limit")
	limitKind.add(flags, &w.outageLimit, "outage-limit", "5m", "how long to keep trying while the platform doesn't respond; none is without a limit")
}

// limitKind is a length of time, or none, which is negative as in the library.
var limitKind = flagKind[time.Duration]{"duration", func(text string) (time.Duration, error) {
	if text == "none" {
		return -1, nil
	}
	length, err := parseDuration(text)
	if err != nil || length == 0 {
		return 0, errors.New("expected a length of time such as 90s, 15m or 24h, or none")
	}
	return length, nil
}}

func (w waitFlags) wait() spark.WaitOption   { return spark.WithWaitLimit(w.limit) }
func (w waitFlags) outage() spark.WaitOption { return spark.WithOutageLimit(w.outageLimit) }

// wait waits for a job, and shows how far it has come and what fails meanwhile.
func (p *program) wait(ctx context.Context, job spark.Job, limits waitFlags) error {
	bar := p.startBar("exporting")
	defer bar.stop()
	_, err := job.Wait(ctx, limits.wait(), limits.outage(), p.progressIn(bar))
	return err
}

// progressIn shows the progress of a wait.
func (p *program) progressIn(bar *progressBar) spark.WaitOption {
	outages := outageReport{bar: bar, print: p.note}
	return spark.WithProgress(func(progress spark.WaitProgress) {
		outages.show(progress.Outage)
		bar.showProgress(progress)
	})
}

// outageReport shows outages in a bar, or if it is nil, prints a line when an outage
// begins and when it ends.
type outageReport struct {
	bar    *progressBar
	print  func(format string, args ...any)
	prefix string    // names the job if there are several
	began  time.Time // zero if there is no outage
}

func (o *outageReport) show(outage *spark.Outage) {
	switch {
	case o.bar != nil:
		o.bar.showOutage(outage)
	case outage != nil && o.began.IsZero():
		o.began = outage.Since
		o.print("%s%s", o.prefix, describeOutage(outage))
	case outage == nil && !o.began.IsZero():
		o.print("%sresponding again after %s", o.prefix, time.Since(o.began).Round(time.Second))
		o.began = time.Time{}
	}
}

func describeOutage(outage *spark.Outage) string {
	trying := "still trying"
	if !outage.Until.IsZero() {
		layout := "15:04"
		if outage.Until.Sub(outage.Since) < 2*time.Minute {
			layout = "15:04:05"
		}
		trying += " until " + outage.Until.Format(layout)
	}
	missing := "no usable response"
	var failure *spark.APIError
	if errors.As(outage.Err, &failure) && failure.Status == 0 {
		missing = "no response"
	}
	return fmt.Sprintf("%s since %s (%s), %s", missing, outage.Since.Format("15:04:05 MST"), reason(outage.Err), trying)
}

// reason returns in few words why a request failed, or "" if it was only interrupted.
func reason(err error) string {
	var (
		failure *spark.APIError
		number  syscall.Errno
		lookup  *net.DNSError
	)
	switch found := errors.As(err, &failure); {
	case found && failure.Status >= http.StatusMultipleChoices:
		return fmt.Sprintf("%d %s", failure.Status, http.StatusText(failure.Status))
	case errors.As(err, &number):
		return number.Error()
	case errors.As(err, &lookup):
		return lookup.Err
	case errors.Is(err, context.Canceled):
		return ""
	case found && failure.Message != "":
		return failure.Message
	case found && failure.Unwrap() != nil:
		return failure.Unwrap().Error()
	}
	return err.Error()
}
