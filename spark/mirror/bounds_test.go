package mirror_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/gen"
)

// counting is a way in which a platform may count the bounds of an export.
type counting struct {
	name       string
	start, end func(time.Time) time.Time
}

// The emulator takes both bounds as they are and as inside. These say what another
// platform would take them for.
func asIs(t time.Time) time.Time       { return t }
func after(t time.Time) time.Time      { return t.Add(1) }
func until(t time.Time) time.Time      { return t.Add(-1) }
func toSecond(t time.Time) time.Time   { return t.Truncate(time.Second) }
func toMidnight(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }
func afterMidnight(t time.Time) time.Time {
	return after(toMidnight(t))
}
func untilMidnight(t time.Time) time.Time { return until(toMidnight(t)) }
func afterDay(t time.Time) time.Time      { return toMidnight(t).AddDate(0, 0, 1) }
func wholeDay(t time.Time) time.Time      { return until(afterDay(t)) }

var countings = []counting{
	{"instants, inside", asIs, asIs},
	{"instants, the end outside", asIs, until},
	{"instants, outside", after, until},
	{"whole seconds", toSecond, toSecond},
	{"midnights, inside", toMidnight, toMidnight},
	{"midnights, the end outside", toMidnight, untilMidnight},
	{"midnights, outside", afterMidnight, untilMidnight},
	{"whole days, inside", toMidnight, wholeDay},
	{"whole days, the end outside", toMidnight, untilMidnight},
	{"whole days, outside", afterDay, untilMidnight},
}

// local takes instants for local times so many hours from UTC.
func local(hours int) counting {
	shift := func(t time.Time) time.Time { return t.Add(time.Duration(hours) * time.Hour) }
	return counting{"local times", shift, shift}
}

// wire makes a platform of the emulator that counts so.
func (c counting) wire(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Method != http.MethodPost || !strings.Contains(strings.ToLower(r.URL.Path), "downloadjson") {
			return next.RoundTrip(r)
		}
		var request gen.ExportJSONRequest
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
		move(request.RequestData.StartDate, c.start)
		move(request.RequestData.EndDate, c.end)
		body, err := json.Marshal(request)
		if err != nil {
			return nil, err
		}
		r = r.Clone(r.Context())
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		return next.RoundTrip(r)
	})
}

func move(bound *string, count func(time.Time) time.Time) {
	t, err := time.Parse(time.RFC3339Nano, *bound)
	if err != nil {
		panic(err) // the mirror asks for instants
	}
	*bound = count(t).Format(time.RFC3339Nano)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
