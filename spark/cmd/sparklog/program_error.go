package main

import (
	"cmp"
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

// end prints why the run failed, if it did, and returns the exit status.
func (p *program) end(command *cobra.Command, err error) int {
	problem, usage := p.wrongUsage(err)
	switch {
	case errors.Is(p.out.err, syscall.EPIPE):
		return exitDone // the reader of the output doesn't want more of it
	case p.out.err != nil:
		p.warn("sparklog: write to standard output: %s", p.out.err)
	case err == nil:
		return exitDone
	case usage && strings.Contains(problem, "; "): // it says what to do
		p.warn("sparklog: %s", problem)
		return exitUsage
	case usage:
		p.warn("sparklog: %s; see %s --help", problem, command.CommandPath())
		return exitUsage
	case errors.Is(err, errDiffers):
		return exitFailed
	default:
		p.warn("sparklog: %s", p.withCredential(describe(err)))
	}
	var unfinished *unfinishedError
	if errors.As(err, &unfinished) {
		p.warn("To resume: %s", unfinished.resume)
	}
	return exitFailed
}

// unfinishedError is the end of a run that can be resumed, and how.
type unfinishedError struct {
	error
	resume string
}

func (u *unfinishedError) Unwrap() error { return u.error }

// usageError is a command line that was understood but can't be followed.
type usageError struct{ problem string }

func (e usageError) Error() string { return e.problem }

func usagef(format string, args ...any) error {
	return usageError{fmt.Sprintf(format, args...)}
}

// argumentNames are what the library's arguments are called here.
var argumentNames = map[string]string{
	"base URL":              "base URL (--base-url or " + envBaseURL + ")",
	"callID":                "CALL_ID",
	"jobID":                 "JOB_ID",
	"WithIndex":             "--index",
	"path":                  "--output",
	"format":                "--format",
	"dir":                   "DIR",
	"Options.Since":         "--since",
	"Options.Days":          "--window",
	"Options.Overlap":       "--overlap",
	"Options.Parallel":      "--parallel",
	"Query.From":            "--from",
	"Query.To":              "--to",
	"Query.User":            "--user",
	"Query.Purpose":         "--purpose",
	"Query.VersionID":       "--version-id",
	"Query.Text":            "--search",
	"Filter.From":           "--from",
	"Filter.FromDate":       "--from",
	"Filter.To":             "--to",
	"Filter.ToDate":         "--to",
	"Filter.CallIDs":        "--call-id",
	"Filter.CorrelationID":  "--correlation-id",
	"Filter.SourceSystem":   "--source-system",
	"Filter.Purpose":        "--purpose",
	"Filter.User":           "--user",
	"Filter.VersionID":      "--version-id",
	"Filter.TimezoneOffset": "--timezone-offset",
}

// wrongUsage reports whether the user is at fault, and describes the problem. That
// includes what the library refuses before it sends anything.
func (p *program) wrongUsage(err error) (problem string, ok bool) {
	var usage usageError
	var argument *spark.ArgumentError
	switch {
	case err == nil:
		return "", false
	case errors.As(err, &usage):
		return usage.problem, true
	case errors.As(err, &argument):
		return describeArgument(argument), true
	}
	return err.Error(), !p.started
}

func describeArgument(argument *spark.ArgumentError) string {
	problem := inShellWords.Replace(argument.Problem)
	if argument.Name == "environment" {
		return problem
	}
	name := cmp.Or(argumentNames[argument.Name], argument.Name)
	if predicate, ok := strings.CutPrefix(problem, "it "); ok {
		return name + " " + predicate
	}
	return name + ": " + problem
}

// describe returns what went wrong in one line for people at a shell. The library's
// own errors tell Go programs how to go on.
func describe(err error) string {
	var download *spark.DownloadError
	var job *spark.JobError
	var windowError *mirror.WindowError
	switch {
	case errors.As(err, &windowError):
		return strings.Replace(err.Error(), windowError.Err.Error(), describe(windowError.Err), 1)
	case errors.As(err, &download):
		return describeDownload(download)
	case errors.As(err, &job):
		return describeJob(job)
	case errors.Is(err, context.Canceled):
		if before := reason(err); before != "" {
			return "interrupted; the last attempt had failed: " + before
		}
		return "interrupted"
	}
	return inShellWords.Replace(strings.TrimPrefix(err.Error(), "sparktest: "))
}

// inShellWords replaces what the library advises Go programs to do.
var inShellWords = strings.NewReplacer(
	", or WithPlainHTTP if the network is trusted", "",
	"; WithPlainHTTP permits it", "",
	"; see WithFileHosts and WithPlainHTTP", "",
	" (if that is expected, raise Limits.Record with WithLimits)", ", more than sparklog reads",
	" (if that is expected, raise Limits.Total with WithLimits)", ", more than sparklog reads",
	" (if that is expected, raise Limits.Files with WithLimits)", ", more than sparklog reads",
	"Options.ClockWasWrong", "--clock-was-wrong",
	"set Options.Overlap to 15h", "use --overlap 15h",
	", or Update with Options.Verify", "",
)

// withCredential names the variable that a rejected credential comes from.
func (p *program) withCredential(problem string) string {
	const advice = "check the credential, it may be wrong or expired"
	switch p.credential {
	case "":
		return problem
	case envBearerToken:
		return strings.Replace(problem, advice, "the access token is invalid or has expired; get a new one and set "+p.credential, 1)
	}
	return strings.Replace(problem, advice, "check "+p.credential, 1)
}

func describeDownload(e *spark.DownloadError) string {
	var b strings.Builder
	fmt.Fprintf(&b, "download the %s: ", e.File)
	if e.Bytes > 0 && e.Total >= 0 {
		fmt.Fprintf(&b, "after %s of %s: ", byteSize(e.Bytes), byteSize(e.Total))
	} else if e.Bytes > 0 {
		fmt.Fprintf(&b, "after %s: ", byteSize(e.Bytes))
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
