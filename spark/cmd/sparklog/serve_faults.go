package main

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

const faultHelp = `A fault makes an operation misbehave: --fault OPERATION:WHAT,…,WHEN,….
  OPERATION  GetCall, Workbook, LegacyWorkbook, StartExport, JobStatus, Token, File or Any
  WHAT       instead of the answer: a status code such as 503, bare=503 without a body,
             html=502, error or error-member under 200, redirect to another host, expired
             what becomes of it: retry-after=2s, content-type=TYPE, empty, cut-short=BYTES,
             malformed, corrupt, progress=40/35, no-url, files-elsewhere, no-ranges
             before it: delay=5s, expire-tokens, change-files
             how it comes: reset, lose (acts, then resets), hang, and with so many BYTES
             reset-after=, truncate=, stall=, or slow= a second
  WHEN       times=N or always (once if it isn't said), after=N requests`

// A fault is what one --fault says.
type fault struct {
	text      string
	operation sparktest.Operation
	parts     []faultPart
}

// A faultPart may need to know the server.
type faultPart func(*sparktest.Server) sparktest.FaultPart

// faults are those of all --fault flags, in order.
type faults []fault

var faultyOperations = []sparktest.Operation{
	sparktest.GetCall, sparktest.Workbook, sparktest.LegacyWorkbook, sparktest.StartExport,
	sparktest.JobStatus, sparktest.Token, sparktest.File, sparktest.Any,
}

func (f *faults) Set(text string) error {
	operation, rest, found := strings.Cut(text, ":")
	if !found {
		return fmt.Errorf("expected an operation and what happens, such as File:truncate=1000")
	}
	parsed := fault{text: text, operation: sparktest.Operation(operation)}
	if !slices.Contains(faultyOperations, parsed.operation) {
		return fmt.Errorf("there is no operation %q; see --help", operation)
	}
	for word := range strings.SplitSeq(rest, ",") {
		part, err := parseFaultPart(word)
		if err != nil {
			return fmt.Errorf("%q: %w", word, err)
		}
		parsed.parts = append(parsed.parts, part)
	}
	*f = append(*f, parsed)
	return nil
}

func (f *faults) String() string {
	var texts []string
	for _, fault := range *f {
		texts = append(texts, fault.text)
	}
	return strings.Join(texts, " ")
}

func (f *faults) Type() string { return "fault" }

// script makes a server misbehave.
func (f faults) script(server *sparktest.Server) {
	for _, fault := range f {
		var parts []sparktest.FaultPart
		for _, part := range fault.parts {
			parts = append(parts, part(server))
		}
		server.Fault(fault.operation, parts...)
	}
}

func parseFaultPart(word string) (faultPart, error) {
	if code, err := parseStatus(word); err == nil {
		return fixed(sparktest.Status(code)), nil
	}
	name, value, given := strings.Cut(word, "=")
	if plain := plainFaults[name]; plain != nil && !given {
		return fixed(plain()), nil
	}
	switch name {
	case "redirect":
		return func(s *sparktest.Server) sparktest.FaultPart {
			return testfault.Redirect(http.StatusTemporaryRedirect, s.ElsewhereURL)
		}, nil
	case "files-elsewhere":
		return testfault.FilesElsewhere, nil
	case "expire-tokens":
		return testfault.ExpireTokens, nil
	case "change-files":
		return testfault.ChangeFiles, nil
	case "content-type":
		return fixed(sparktest.Header("Content-Type", value)), nil
	case "progress":
		var shown percents
		err := shown.set(strings.ReplaceAll(value, "/", ","), 100)
		return fixed(sparktest.Progress(shown...)), err
	}
	if of := statusFaults[name]; of != nil {
		code, err := parseStatus(value)
		return fixed(of(code)), err
	}
	if of := timedFaults[name]; of != nil {
		length, err := parseSpan(value)
		return fixed(of(length)), err
	}
	if of := countedFaults[name]; of != nil {
		n, err := parseCount(value)
		return fixed(of(n)), err
	}
	return nil, fmt.Errorf("there is no such fault; see --help")
}

func fixed(part sparktest.FaultPart) faultPart {
	return func(*sparktest.Server) sparktest.FaultPart { return part }
}

var (
	plainFaults = map[string]func() sparktest.FaultPart{
		"error": sparktest.ErrorStatus, "error-member": testfault.ErrorMember, "expired": testfault.ExpiredURL,
		"empty": testfault.EmptyBody, "malformed": testfault.MalformedJSON, "corrupt": testfault.Corrupt,
		"no-url": sparktest.NoURL, "no-ranges": testfault.NoRanges,
		"reset": sparktest.Reset, "lose": sparktest.Lose, "hang": sparktest.Hang,
		"always": sparktest.Always,
	}
	statusFaults = map[string]func(int) sparktest.FaultPart{"bare": testfault.BareStatus, "html": sparktest.HTML}
	timedFaults  = map[string]func(time.Duration) sparktest.FaultPart{
		"retry-after": sparktest.RetryAfter, "delay": sparktest.Delay,
	}
	countedFaults = map[string]func(int) sparktest.FaultPart{
		"cut-short": testfault.CutShort, "reset-after": sparktest.ResetAfter, "truncate": sparktest.Truncate,
		"stall": sparktest.Stall, "times": sparktest.Times, "after": sparktest.After,
		"slow": func(bytes int) sparktest.FaultPart { return sparktest.Slow(bytes, time.Second) },
	}
)

func parseStatus(text string) (int, error) {
	code, err := strconv.Atoi(text)
	if err != nil || code < 200 || code > 599 {
		return 0, fmt.Errorf("expected a status code from 200 to 599")
	}
	return code, nil
}

func parseCount(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, fmt.Errorf("expected a number such as 1000")
	}
	return int(n), nil
}
