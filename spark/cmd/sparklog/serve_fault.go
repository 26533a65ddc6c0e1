package main

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

const faultHelp = `Use --fault OPERATION:WHAT,…,WHEN,… to make an operation fail:
  OPERATION  GetCall, Search, Workbook, LegacyWorkbook, StartExport, JobStatus, Token, File or Any
  WHAT       another response: a status code such as 503, bare=503 without a body,
             html=502, error or error-member with status 200, redirect to another host,
             expired
             a changed response: retry-after=2s, content-type=TYPE, empty,
             cut-short=BYTES, malformed, corrupt, progress=40/35, no-url,
             files-elsewhere, no-ranges
             before the response: delay=5s, expire-tokens, change-files
             a broken connection: reset, lose (acts, then resets), hang, and after so
             many BYTES reset-after=, truncate=, stall=, or slow= per second
  WHEN       times=N or always (default: once), after=N requests`

// faultScript is one --fault.
type faultScript struct {
	text      string
	operation sparktest.Operation
	parts     []faultPart
}

// faultPart makes a part of a fault for a server.
type faultPart func(*sparktest.Server) sparktest.FaultPart

// faultsFlag is the value of all --fault flags, in order.
type faultsFlag []faultScript

var faultyOperations = []sparktest.Operation{
	sparktest.GetCall, sparktest.Search, sparktest.Workbook, sparktest.LegacyWorkbook, sparktest.StartExport,
	sparktest.JobStatus, sparktest.Token, sparktest.File, sparktest.Any,
}

func (f *faultsFlag) Set(text string) error {
	operation, words, found := strings.Cut(text, ":")
	if !found {
		return errors.New("expected an operation and what happens, such as File:truncate=1000")
	}
	parsed := faultScript{text: text, operation: sparktest.Operation(operation)}
	if !slices.Contains(faultyOperations, parsed.operation) {
		return fmt.Errorf("unknown operation %q", operation)
	}
	for word := range strings.SplitSeq(words, ",") {
		part, err := parseFaultPart(word)
		if part == nil {
			return err
		}
		if err != nil {
			return fmt.Errorf("%s: %w", word, err)
		}
		parsed.parts = append(parsed.parts, part)
	}
	*f = append(*f, parsed)
	return nil
}

func (f *faultsFlag) String() string {
	var texts []string
	for _, fault := range *f {
		texts = append(texts, fault.text)
	}
	return strings.Join(texts, " ")
}

func (f *faultsFlag) Type() string { return "fault" }

// script adds the faults to a server.
func (f faultsFlag) script(server *sparktest.Server) {
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
		shown, err := parsePercents(strings.ReplaceAll(value, "/", ","), 100)
		return fixed(sparktest.Progress(shown...)), err
	}
	if of := statusFaults[name]; of != nil {
		code, err := parseStatus(value)
		return fixed(of(code)), err
	}
	if of := timedFaults[name]; of != nil {
		length, err := parseDuration(value)
		return fixed(of(length)), err
	}
	if of := countedFaults[name]; of != nil {
		n, err := parseCount(value)
		return fixed(of(n)), err
	}
	return nil, fmt.Errorf("unknown fault %q", word)
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
		return 0, errors.New("expected a status code from 200 to 599")
	}
	return code, nil
}

func parseCount(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, errors.New("expected a number such as 1000")
	}
	return int(n), nil
}

// percentsFlag is the value of --job-progress.
type percentsFlag []float64

// Set doesn't take 100, because an export shows it at its end only.
func (p *percentsFlag) Set(text string) (err error) {
	*p, err = parsePercents(text, 99)
	return err
}

func parsePercents(text string, max float64) ([]float64, error) {
	var percents []float64
	for part := range strings.SplitSeq(text, ",") {
		percent, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(percent >= 0 && percent <= max) {
			return nil, fmt.Errorf("expected numbers from 0 to %v, such as 0,10,80", max)
		}
		percents = append(percents, percent)
	}
	return percents, nil
}

func (p *percentsFlag) String() string {
	var parts []string
	for _, percent := range *p {
		parts = append(parts, strconv.FormatFloat(percent, 'f', -1, 64))
	}
	return strings.Join(parts, ",")
}

func (p *percentsFlag) Type() string { return "percents" }
