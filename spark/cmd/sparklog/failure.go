package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
)

// end tells how the run ended and returns the exit status.
func (p *program) end(command *cobra.Command, err error) int {
	problem, usage := p.wrongUsage(err)
	switch {
	case errors.Is(p.out.err, syscall.EPIPE):
		return exitDone // whoever reads the output has had enough
	case p.out.err != nil:
		p.warn("sparklog: write to standard output: %s", p.out.err)
	case err == nil:
		return exitDone
	case usage:
		p.warn("sparklog: %s; see %s --help", problem, command.CommandPath())
		return exitUsage
	case errors.Is(err, errDiffers):
		return exitFailed
	default:
		p.warn("sparklog: %s", describe(err))
	}
	var left *unfinished
	if errors.As(err, &left) {
		p.warn("To resume: %s", left.resume)
	}
	return exitFailed
}

// unfinished is a job that was left before its end, and the command that resumes it.
type unfinished struct {
	error
	resume string
}

func (u *unfinished) Unwrap() error { return u.error }

// describe says in one line what went wrong, for people at a shell: the
// library's own words tell Go programs how to go on.
func describe(err error) string {
	var download *spark.DownloadError
	var job *spark.JobError
	var window *mirror.WindowError
	switch {
	case errors.As(err, &window):
		return strings.Replace(err.Error(), window.Err.Error(), describe(window.Err), 1)
	case errors.As(err, &download):
		return describeDownload(download)
	case errors.As(err, &job):
		return describeJob(job)
	case errors.Is(err, context.Canceled):
		if before := reason(err); before != "" {
			return "interrupted; the last try had failed: " + before
		}
		return "interrupted"
	}
	return inShellWords.Replace(strings.TrimPrefix(err.Error(), "sparktest: "))
}

// inShellWords takes out what the library tells Go programs to do.
var inShellWords = strings.NewReplacer(
	", or AllowPlainHTTP if the network is trusted", "",
	"; AllowPlainHTTP permits it", "",
	": raise ArchiveLimits.Record", ", more than sparklog reads",
	": raise it if that is as it should be", "",
	"Options.ClockWasWrong", "--clock-was-wrong",
	"set Options.Overlap to 15h", "use --overlap 15h",
	", or Update with Options.Verify", "",
	"ArchiveLimits.Total", "the 64 GB that sparklog reads",
	"ArchiveLimits.Files", "sparklog reads",
)

func describeDownload(e *spark.DownloadError) string {
	var b strings.Builder
	fmt.Fprintf(&b, "download the %s: ", e.What)
	if e.Bytes > 0 && e.Total >= 0 {
		fmt.Fprintf(&b, "after %s of %s: ", size(e.Bytes), size(e.Total))
	} else if e.Bytes > 0 {
		fmt.Fprintf(&b, "after %s: ", size(e.Bytes))
	}
	b.WriteString(describe(e.Err))
	if e.Part != "" {
		fmt.Fprintf(&b, "; the part already downloaded is kept in %s", e.Part)
	}
	return b.String()
}

func describeJob(e *spark.JobError) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Job, describe(e.Err))
	if e.LastError != nil {
		fmt.Fprintf(&b, "; the last status request failed: %s", describe(e.LastError))
	}
	if e.LastStatus != nil {
		fmt.Fprintf(&b, "; last status: %s", e.LastStatus)
	}
	if e.Polls > 0 {
		fmt.Fprintf(&b, "; waited %s with %s", e.Elapsed.Round(time.Second), counted(e.Polls, "status request"))
	}
	return b.String()
}
