package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/sparkgo/spark-go/spark"
)

// usageError is a command line that was understood but can't be followed.
type usageError struct{ problem string }

func (e usageError) Error() string { return e.problem }

func usagef(format string, args ...any) error {
	return usageError{fmt.Sprintf(format, args...)}
}

// argumentNames are what the library's arguments are called here.
var argumentNames = map[string]string{
	"base URL":              "base URL (--base-url or " + spark.EnvBaseURL + ")",
	"callID":                "CALL_ID",
	"jobID":                 "JOB_ID",
	"index":                 "--index",
	"path":                  "--output",
	"format":                "--format",
	"dir":                   "DIR",
	"Options.Since":         "--since",
	"Options.Days":          "--window",
	"Options.Overlap":       "--overlap",
	"Options.Parallel":      "--parallel",
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

// wrongUsage reports whether the user is at fault, and in which words. What the
// library refuses before it sends anything is the user's too.
func (p *program) wrongUsage(err error) (problem string, ok bool) {
	var usage usageError
	var argument *spark.ArgumentError
	switch {
	case err == nil:
		return "", false
	case errors.As(err, &usage):
		return usage.problem, true
	case errors.As(err, &argument):
		return cmp.Or(argumentNames[argument.Name], argument.Name) + ": " + inShellWords.Replace(argument.Problem), true
	}
	return err.Error(), !p.started
}

// onlyOne refuses flags that exclude each other.
func onlyOne(flags *pflag.FlagSet, names ...string) error {
	var set []string
	for _, name := range names {
		if flags.Changed(name) {
			set = append(set, "--"+name)
		}
	}
	if len(set) > 1 {
		return usagef("%s can't go together; give one of them", strings.Join(set, " and "))
	}
	return nil
}
