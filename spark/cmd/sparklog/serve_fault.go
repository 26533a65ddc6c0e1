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
             a broken connection: reset, lose (acts, then resets), hang;
             reset-after=BYTES, truncate=BYTES, stall=BYTES, slow=BYTES (per second)
  WHEN       times=N or always (default: once), after=N requests`

// faultScript is the value of a --fault flag.
type faultScript struct {
	operation sparktest.Operation
	parts     []faultPart
}

// faultPart makes a part of a fault for a server.
type faultPart func(*sparktest.Server) sparktest.FaultPart

var faultOperations = []sparktest.Operation{
	sparktest.GetCall, sparktest.Search, sparktest.Workbook, sparktest.LegacyWorkbook, sparktest.StartExport,
	sparktest.JobStatus, sparktest.Token, sparktest.File, sparktest.Any,
}

func parseFault(text string) (faultScript, error) {
	operation, words, found := strings.Cut(text, ":")
	if !found {
		return faultScript{}, errors.New("expected an operation and what happens, such as File:truncate=1000")
	}
	fault := faultScript{operation: sparktest.Operation(operation)}
	if !slices.Contains(faultOperations, fault.operation) {
		return faultScript{}, fmt.Errorf("unknown operation %q", operation)
	}
	for word := range strings.SplitSeq(words, ",") {
		part, err := parseFaultPart(word)
		if err != nil {
			return faultScript{}, err
		}
		fault.parts = append(fault.parts, part)
	}
	return fault, nil
}

// addTo adds the fault to a server.
func (f faultScript) addTo(server *sparktest.Server) {
	var parts []sparktest.FaultPart
	for _, part := range f.parts {
		parts = append(parts, part(server))
	}
	server.Fault(f.operation, parts...)
}

func parseFaultPart(word string) (faultPart, error) {
	if part, err := withValue(parseStatus, sparktest.Status)(word); err == nil {
		return part, nil
	}
	name, value, hasValue := strings.Cut(word, "=")
	if part := faultsWithoutValue[name]; part != nil && !hasValue {
		return part, nil
	}
	parse := faultsWithValue[name]
	if parse == nil {
		return nil, fmt.Errorf("unknown fault %q", word)
	}
	part, err := parse(value)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", word, err)
	}
	return part, nil
}

var faultsWithoutValue = map[string]faultPart{
	"error": onAny(sparktest.ErrorStatus), "error-member": onAny(testfault.ErrorMember), "expired": onAny(testfault.ExpiredURL),
	"empty": onAny(testfault.EmptyBody), "malformed": onAny(testfault.MalformedJSON), "corrupt": onAny(testfault.Corrupt),
	"no-url": onAny(sparktest.NoURL), "no-ranges": onAny(testfault.NoRanges),
	"reset": onAny(sparktest.Reset), "lose": onAny(sparktest.Lose), "hang": onAny(sparktest.Hang), "always": onAny(sparktest.Always),
	"files-elsewhere": testfault.FilesElsewhere, "expire-tokens": testfault.ExpireTokens, "change-files": testfault.ChangeFiles,
	"redirect": func(s *sparktest.Server) sparktest.FaultPart {
		return testfault.Redirect(http.StatusTemporaryRedirect, s.ElsewhereURL)
	},
}

var faultsWithValue = map[string]func(value string) (faultPart, error){
	"bare": withValue(parseStatus, testfault.BareStatus), "html": withValue(parseStatus, sparktest.HTML),
	"retry-after": withValue(parseDuration, sparktest.RetryAfter), "delay": withValue(parseDuration, sparktest.Delay),
	"times": withValue(parseCount, sparktest.Times), "after": withValue(parseCount, sparktest.After),
	"cut-short": withValue(parseCount, testfault.CutShort), "truncate": withValue(parseCount, sparktest.Truncate),
	"stall": withValue(parseCount, sparktest.Stall), "reset-after": withValue(parseCount, sparktest.ResetAfter),
	"slow": withValue(parseCount, func(bytes int) sparktest.FaultPart { return sparktest.Slow(bytes, time.Second) }),
	"content-type": withValue(func(text string) (string, error) { return text, nil }, func(value string) sparktest.FaultPart {
		return sparktest.Header("Content-Type", value)
	}),
	"progress": withValue(func(text string) ([]float64, error) { return parsePercents(strings.ReplaceAll(text, "/", ","), 100) },
		func(shown []float64) sparktest.FaultPart { return sparktest.Progress(shown...) }),
}

// onAny makes a part that is the same on any server.
func onAny(of func() sparktest.FaultPart) faultPart {
	return func(*sparktest.Server) sparktest.FaultPart { return of() }
}

// withValue makes a part of a fault that has a value.
func withValue[V any](parse func(string) (V, error), of func(V) sparktest.FaultPart) func(string) (faultPart, error) {
	return func(text string) (faultPart, error) {
		value, err := parse(text)
		return onAny(func() sparktest.FaultPart { return of(value) }), err
	}
}

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
