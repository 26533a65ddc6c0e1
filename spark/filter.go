package spark

import (
	"cmp"
	"time"

	"github.com/sparkgo/spark-go/gen"
)

// maxCallIDs is how many call IDs one filter may contain.
const maxCallIDs = 10_000

// The offsets from UTC that exist, in hours.
const minOffset, maxOffset = -12, 14

// Filter selects the calls of an export. A call must match all conditions that are
// set. The zero value selects all calls of the service.
type Filter struct {
	// From and To limit the log time. Zero means no limit. They are sent
	// in UTC with milliseconds, and with nanoseconds if they have any. Whether
	// the platform includes a call at the exact limit isn't documented.
	From, To time.Time
	// FromDate and ToDate limit the log time by calendar dates instead, which are
	// sent as they are. How the platform reads a date isn't documented: neither
	// the time zone, nor whether ToDate includes its day or ends at its first
	// instant, which would leave out the last day. From and To are unambiguous.
	FromDate, ToDate Date
	// CallIDs, CorrelationID and SourceSystem exclude each other: the platform
	// takes all three in one field (published page, call_ids).
	CallIDs       []string
	CorrelationID string
	SourceSystem  string
	// Purpose is the call purpose; empty means any.
	Purpose string
	// User is the user's name; empty means any.
	User string
	// VersionID is the ID of a service version, a UUID; empty means any.
	VersionID string
	// HasErrors and HasWarnings select calls by whether the model reported any.
	HasErrors, HasWarnings Presence
	// TimezoneOffset shifts the timestamps in the export by whole hours, -12 to 14,
	// for people who read the files. Leave it 0 for programs: [record.Call] and
	// [record.Row] read timestamps without a zone as UTC.
	TimezoneOffset int
}

// Presence selects calls that have something, calls that don't, or both.
type Presence int

const (
	// Any selects calls with and without it.
	Any Presence = iota
	// Yes selects calls with it.
	Yes
	// No selects calls without it.
	No
)

// String names the value.
func (p Presence) String() string {
	switch p {
	case Any:
		return "any"
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return "invalid"
}

// flag returns the value for the request: nil, true or false.
func (p Presence) flag() *bool {
	if p == Any {
		return nil
	}
	with := p == Yes
	return &with
}

func (p Presence) check(name string) error {
	if p < Any || p > No {
		return invalid(name, "expected Any, Yes or No")
	}
	return nil
}

// Validate returns an [*ArgumentError] for a filter that can't be sent.
func (f Filter) Validate() error {
	return cmp.Or(
		f.checkSpan(),
		f.checkCallIDs(),
		checkBlank("Filter.CorrelationID", f.CorrelationID),
		checkBlank("Filter.SourceSystem", f.SourceSystem),
		checkBlank("Filter.Purpose", f.Purpose),
		checkBlank("Filter.User", f.User),
		checkOptionalID("Filter.VersionID", f.VersionID),
		f.HasErrors.check("Filter.HasErrors"),
		f.HasWarnings.check("Filter.HasWarnings"),
		f.checkOffset(),
	)
}

func (f Filter) checkSpan() error {
	if !f.From.IsZero() && !f.FromDate.IsZero() {
		return invalid("Filter.FromDate", "From is set too; set one of them")
	}
	if !f.To.IsZero() && !f.ToDate.IsZero() {
		return invalid("Filter.ToDate", "To is set too; set one of them")
	}
	start, end := f.From, f.To
	if !f.FromDate.IsZero() {
		start = f.FromDate.In(time.UTC)
	}
	if !f.ToDate.IsZero() {
		end = f.ToDate.In(time.UTC).AddDate(0, 0, 1).Add(-1)
	}
	return cmp.Or(
		f.FromDate.check("Filter.FromDate"), f.ToDate.check("Filter.ToDate"),
		checkSpan("Filter.From", start, "Filter.To", end),
	)
}

// checkSpan refuses times that can't be sent. A zero time means no limit.
func checkSpan(startName string, start time.Time, endName string, end time.Time) error {
	if !start.IsZero() && !end.IsZero() && end.Before(start) {
		return invalid(endName, "the end lies before the start")
	}
	return cmp.Or(checkYear(startName, start), checkYear(endName, end))
}

func checkYear(name string, instant time.Time) error {
	if year := instant.UTC().Year(); !instant.IsZero() && (year < 1 || year > 9999) {
		return invalid(name, "its year can't be written in a timestamp")
	}
	return nil
}

func (f Filter) checkCallIDs() error {
	var set []string
	if len(f.CallIDs) > 0 {
		set = append(set, "CallIDs")
	}
	if f.CorrelationID != "" {
		set = append(set, "CorrelationID")
	}
	if f.SourceSystem != "" {
		set = append(set, "SourceSystem")
	}
	if len(set) > 1 {
		return invalid("Filter."+set[1], "%s is set too; the platform takes one of CallIDs, CorrelationID and SourceSystem", set[0])
	}
	if len(f.CallIDs) > maxCallIDs {
		return invalid("Filter.CallIDs", "%d are more than the %d that one export takes; split them", len(f.CallIDs), maxCallIDs)
	}
	for _, id := range f.CallIDs {
		if _, err := parseID("Filter.CallIDs", id); err != nil {
			return err
		}
	}
	return nil
}

func (f Filter) checkOffset() error {
	if f.TimezoneOffset < minOffset || f.TimezoneOffset > maxOffset {
		return invalid("Filter.TimezoneOffset", "%d is not between %d and %d hours", f.TimezoneOffset, minOffset, maxOffset)
	}
	return nil
}

// request returns a valid filter as both export operations take it.
func (f Filter) request() gen.ExportCSVRequest {
	data := gen.ExportFilter{
		StartDate:   timestampOf(f.From, f.FromDate),
		EndDate:     timestampOf(f.To, f.ToDate),
		CallIds:     f.CallIDs,
		Callpurpose: pointerTo(f.Purpose),
		UserName:    pointerTo(f.User),
		HasErrors:   f.HasErrors.flag(),
		HasWarnings: f.HasWarnings.flag(),
	}
	if one := cmp.Or(f.CorrelationID, f.SourceSystem); one != "" {
		data.CallIds = []string{one}
	}
	if f.TimezoneOffset != 0 {
		data.TimezoneOffset = &f.TimezoneOffset
	}
	request := gen.ExportCSVRequest{RequestData: &data}
	if id, err := parseID("Filter.VersionID", f.VersionID); err == nil { // otherwise it is empty
		request.RequestMeta = &gen.ExportMeta{VersionID: &id}
	}
	return request
}

// timestampOf returns a limit as the published page expects it: a date, or a date-time
// in UTC with milliseconds, as the vendor's own clients write it. Nil means no limit.
func timestampOf(instant time.Time, date Date) *string {
	if !date.IsZero() {
		return pointerTo(date.String())
	}
	if instant.IsZero() {
		return nil
	}
	layout := "2006-01-02T15:04:05.000Z07:00"
	if instant.Nanosecond()%int(time.Millisecond) != 0 {
		layout = time.RFC3339Nano
	}
	return pointerTo(instant.UTC().Format(layout))
}

func pointerTo(value string) *string {
	if value == "" {
		return nil
	}
	return &value
}
