package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
)

// waiting limits how long a command waits for a job.
type waiting struct{ limit, outageLimit timeLimit }

func (w *waiting) flags(command *cobra.Command) {
	w.limit, w.outageLimit = timeLimit(24*time.Hour), timeLimit(5*time.Minute)
	command.Flags().Var(&w.limit, "wait-limit", "how long to wait for an export, or none")
	command.Flags().Var(&w.outageLimit, "outage-limit", "how long to go on trying while the platform doesn't respond, or none")
}

func (w *waiting) options() []spark.WaitOption {
	return []spark.WaitOption{spark.WaitLimit(time.Duration(w.limit)), spark.WithOutageLimit(time.Duration(w.outageLimit))}
}

// timeLimit is a length of time, or none, which is negative as in the library.
type timeLimit time.Duration

func (l *timeLimit) Set(text string) error {
	if text == "none" {
		*l = -1
		return nil
	}
	length, err := parseSpan(text)
	if err != nil || length == 0 {
		return errors.New("expected a length of time such as 90s, 15m or 24h, or none")
	}
	*l = timeLimit(length)
	return nil
}

func (l *timeLimit) String() string {
	if *l < 0 {
		return "none"
	}
	return time.Duration(*l).String()
}

func (l *timeLimit) Type() string { return "duration" }

// wait waits for a job, and shows how far it has come and what fails meanwhile.
func (p *program) wait(ctx context.Context, job spark.Job, limits waiting) error {
	bar := p.startBar("exporting")
	defer bar.stop()
	outages := outageLines{print: p.note}
	report := spark.OnProgress(func(progress spark.Progress) {
		if bar == nil {
			outages.report(progress.Outage)
		}
		bar.showOutage(progress.Outage)
		bar.showProgress(progress)
	})
	_, err := job.Wait(ctx, append(limits.options(), report)...)
	return err
}

// outageLines prints a line when an outage begins and when it ends.
type outageLines struct {
	of    string // what is waited for, where there are several
	print func(format string, args ...any)
	began time.Time // zero: there is none
}

func (l *outageLines) report(outage *spark.Outage) {
	switch {
	case outage != nil && l.began.IsZero():
		l.began = outage.Since
		l.print("%s%s", l.of, describeOutage(outage))
	case outage == nil && !l.began.IsZero():
		l.print("%sresponding again after %s", l.of, time.Since(l.began).Round(time.Second))
		l.began = time.Time{}
	}
}

func describeOutage(outage *spark.Outage) string {
	trying := "still trying"
	if !outage.Until.IsZero() {
		layout := "15:04"
		if outage.Until.Sub(outage.Since) < 2*time.Minute {
			layout = "15:04:05"
		}
		trying += ", until " + outage.Until.Format(layout)
	}
	missing := "no usable response"
	var failure *spark.APIError
	if errors.As(outage.Err, &failure) && failure.Status == 0 {
		missing = "no response"
	}
	return fmt.Sprintf("%s since %s: %s; %s", missing, outage.Since.Format("15:04:05 MST"), reason(outage.Err), trying)
}

// reason says in few words why a request failed; it returns "" if it was only
// interrupted.
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
