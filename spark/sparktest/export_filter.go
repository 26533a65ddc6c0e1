package sparktest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/gen"
)

// A filter selects calls for an export or a search.
type filter struct {
	from, until   time.Time // from is included, until isn't; zero means open
	callIDs       []string
	purpose, user *string
	warnings      *bool
	errors        *bool
	versionID     string
	offset        int // hours that timestamps in an export are moved by
}

func newFilter(request gen.ExportCSVRequest) (filter, error) {
	var f filter
	if meta := request.RequestMeta; meta != nil && meta.VersionID != nil {
		f.versionID = meta.VersionID.String()
	}
	data := request.RequestData
	if data == nil {
		return f, nil
	}
	f.callIDs = slices.DeleteFunc(slices.Clone(data.CallIds), func(id string) bool { return id == "" })
	f.purpose, f.user = data.Callpurpose, data.UserName
	f.warnings, f.errors = data.HasWarnings, data.HasErrors
	if data.TimezoneOffset != nil {
		f.offset = *data.TimezoneOffset
	}
	var err error
	if f.from, _, err = parseDate("start_date", data.StartDate); err != nil {
		return f, err
	}
	until, width, err := parseDate("end_date", data.EndDate)
	if err != nil {
		return f, err
	}
	if !until.IsZero() {
		f.until = until.Add(width)
	}
	return f, nil
}

// parseDate parses a date or a date-time, and returns how long it lasts: a day in
// UTC or a nanosecond. Clients in Python write date-times without a zone and mean
// UTC.
func parseDate(name string, text *string) (t time.Time, width time.Duration, err error) {
	if text == nil {
		return time.Time{}, 0, nil
	}
	if t, err = time.Parse(time.DateOnly, *text); err == nil {
		return t, 24 * time.Hour, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err = time.Parse(layout, *text); err == nil {
			return t, time.Nanosecond, nil
		}
	}
	return t, 0, fmt.Errorf("%s %q is neither a date nor a date-time", name, *text)
}

// apply returns the calls that match.
func (f filter) apply(calls []*Call) []*Call {
	var matching []*Call
	for _, call := range calls {
		if f.match(call) {
			matching = append(matching, call)
		}
	}
	return matching
}

func (f filter) match(c *Call) bool {
	switch {
	case c.Time.Before(f.from), !f.until.IsZero() && !c.Time.Before(f.until):
		return false
	case f.purpose != nil && *f.purpose != c.Purpose:
		return false
	case f.user != nil && *f.user != c.User:
		return false
	case f.warnings != nil && *f.warnings != (len(c.Warnings) > 0):
		return false
	case f.errors != nil && *f.errors != (len(c.Errors) > 0):
		return false
	case f.versionID != "" && f.versionID != c.VersionID:
		return false
	}
	return f.matchID(c)
}

// matchID applies call_ids: call IDs, or one correlation ID, or one source system.
func (f filter) matchID(c *Call) bool {
	isCall := func(id string) bool { return strings.EqualFold(id, c.ID) }
	if len(f.callIDs) == 0 || slices.ContainsFunc(f.callIDs, isCall) {
		return true
	}
	return len(f.callIDs) == 1 && (f.callIDs[0] == c.CorrelationID || f.callIDs[0] == c.SourceSystem)
}
