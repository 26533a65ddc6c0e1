package spark

import (
	"cmp"
	"strings"
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
	// in UTC with milliseconds, and with nanoseconds where they have any. Whether
	// the platform includes a call at the very bound isn't documented.
	From, To time.Time
	// FromDate and ToDate bound the log time by calendar dates instead, which are
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
	// TimezoneOffset shifts the time stamps in the export by whole hours, -12 to 14,
	// for people who read the files. Stamps without a zone are then no longer in
	// UTC, as which [record.Call] and [record.Row] read them, so leave it 0 for programs.
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

// Validate returns an [*ArgumentError] for a filter that can't be sent.
func (f Filter) Validate() error {
	for _, check := range []func(Filter) error{
		Filter.checkSpan, Filter.checkSelectors, Filter.checkPresence,
	} {
		if err := check(f); err != nil {
			return err
		}
	}
	if f.VersionID != "" {
		if _, err := parseID("Filter.VersionID", f.VersionID); err != nil {
			return err
		}
	}
	if f.TimezoneOffset < minOffset || f.TimezoneOffset > maxOffset {
		return invalid("Filter.TimezoneOffset", "%d is not between %d and %d hours", f.TimezoneOffset, minOffset, maxOffset)
	}
	return nil
}

func (f Filter) checkSpan() error {
	if !f.From.IsZero() && !f.FromDate.IsZero() {
		return invalid("Filter.FromDate", "From is set too; set one of them")
	}
	if !f.To.IsZero() && !f.ToDate.IsZero() {
		return invalid("Filter.ToDate", "To is set too; set one of them")
	}
	for name, date := range map[string]Date{"Filter.FromDate": f.FromDate, "Filter.ToDate": f.ToDate} {
		if !date.IsZero() && !date.valid() {
			return invalid(name, "%s is not a day of the calendar", date)
		}
	}
	if err := checkYears(map[string]time.Time{"Filter.From": f.From, "Filter.To": f.To}); err != nil {
		return err
	}
	start, end := f.From, f.To
	if !f.FromDate.IsZero() {
		start = f.FromDate.In(time.UTC)
	}
	if !f.ToDate.IsZero() {
		end = f.ToDate.In(time.UTC).AddDate(0, 0, 1).Add(-1)
	}
	if !start.IsZero() && !end.IsZero() && end.Before(start) {
		return invalid("Filter.To", "the end lies before the start")
	}
	return nil
}

func (f Filter) checkSelectors() error {
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
	return checkBlank(map[string]string{"Filter.CorrelationID": f.CorrelationID, "Filter.SourceSystem": f.SourceSystem, "Filter.Purpose": f.Purpose, "Filter.User": f.User})
}

func checkYears(instants map[string]time.Time) error {
	for name, instant := range instants {
		if year := instant.UTC().Year(); !instant.IsZero() && (year < 1 || year > 9999) {
			return invalid(name, "its year can't be written in a timestamp")
		}
	}
	return nil
}

func checkBlank(values map[string]string) error {
	for name, value := range values {
		if value != "" && strings.TrimSpace(value) == "" {
			return invalid(name, "it is blank")
		}
	}
	return nil
}

func (f Filter) checkPresence() error {
	for name, presence := range map[string]Presence{"Filter.HasErrors": f.HasErrors, "Filter.HasWarnings": f.HasWarnings} {
		if presence < Any || presence > No {
			return invalid(name, "expected Any, Yes or No")
		}
	}
	return nil
}

// request is the filter as both export operations take it.
func (f Filter) request() (gen.ExportCSVRequest, error) {
	if err := f.Validate(); err != nil {
		return gen.ExportCSVRequest{}, err
	}
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
	if f.VersionID != "" {
		id, err := parseID("Filter.VersionID", f.VersionID)
		if err != nil {
			return request, err
		}
		request.RequestMeta = &gen.ExportMeta{VersionID: &id}
	}
	return request, nil
}

// timestampOf returns a bound as the published page expects it: a date, or a date-time
// in UTC with milliseconds, as the vendor's own clients write it.
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
