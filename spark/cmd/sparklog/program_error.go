package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
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

// argumentNames are what the library's arguments and fields of options are called here.
var argumentNames = map[string]string{
	"base URL":  "base URL (--base-url or " + envBaseURL + ")",
	"callID":    "CALL_ID",
	"jobID":     "JOB_ID",
	"dir":       "DIR",
	"path":      "--output",
	"WithIndex": "--index",
	"From":      "--from",
	"To":        "--to",
	"VersionID": "--version-id",
	"CallIDs":   "--call-id",
	"Since":     "--since",
	"Days":      "--window",
	"Overlap":   "--overlap",
	"Parallel":  "--parallel",
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
	field := argument.Name[strings.LastIndex(argument.Name, ".")+1:] // without Filter, for example
	name := cmp.Or(argumentNames[field], argument.Name)
	if predicate, ok := strings.CutPrefix(problem, "it "); ok {
		return name + " " + predicate
	}
	return name + ": " + problem
}

// describe returns what went wrong in one line for people at a shell.
func describe(err error) string {
	var download *spark.DownloadError
	var job *spark.JobError
	if errors.Is(err, context.Canceled) && !errors.As(err, &download) && !errors.As(err, &job) {
		if before := reason(err); before != "" {
			return "interrupted; the last attempt had failed: " + before
		}
		return "interrupted"
	}
	return inShellWords.Replace(howToResume.ReplaceAllString(strings.TrimPrefix(err.Error(), "sparktest: "), ""))
}

// howToResume is what the library advises Go programs whose wait has ended.
var howToResume = regexp.MustCompile(`; to resume: Service\(.*?\)\.Job\(.*?\)`)

// inShellWords replaces what else the library advises Go programs to do.
var inShellWords = strings.NewReplacer(
	", or WithPlainHTTP if the network is trusted", "",
	"; WithPlainHTTP permits it", "",
	"; see WithFileHosts and WithPlainHTTP", "",
	" (if that is expected, raise Limits.Record with WithLimits)", ", more than sparklog reads",
	" (if that is expected, raise Limits.Total with WithLimits)", ", more than sparklog reads",
	" (if that is expected, raise Limits.Files with WithLimits)", ", more than sparklog reads",
	", save to the same path to resume", "",
	"Options.ClockWasWrong", "--clock-was-wrong",
	"set Options.Overlap to 15h", "use --overlap 15h",
	", or Update with Options.Verify", "",
	context.Canceled.Error(), "interrupted",
)

// withCredential names the variable that a rejected credential comes from.
func (p *program) withCredential(problem string) string {
	const advice = "check the credential, it may be wrong or expired"
	switch p.credential {
	case "":
		return problem
	case envBearerToken:
		return strings.Replace(problem, advice, "the access token is invalid or has expired; get a new one and set "+p.credential, 1)
	case envClientID:
		return strings.Replace(problem, advice, "check "+envClientID+" and "+envClientSecret, 1)
	}
	return strings.Replace(problem, advice, "check "+p.credential, 1)
}
