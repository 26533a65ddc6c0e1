package sparktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// A Call is one record of the history. For calls of your own, set the fields that
// your test is about. The others get defaults.
type Call struct {
	// ID is the call ID, a UUID. Empty means one made from the call's place in
	// the list. The records of a v4 call have the same ID.
	ID string
	// Index is the record's place among the records of a v4 call, from 0.
	Index int

	// Time is when the call was logged. Zero means the first second of
	// 2026-03-02 (UTC), plus one second for each call before it.
	Time time.Time
	// TransactionDate is the date that the model calculated for. Zero means
	// the day of Time.
	TransactionDate time.Time
	// TimeLayout is the layout, as in package time, of Time in the record. Empty
	// means microseconds without a zone.
	TimeLayout string

	User          string // "" means actuary@example.com
	Purpose       string // "" means "Spark - API Tester"
	SourceSystem  string // "" means "SPARK"
	CorrelationID string

	Version    string // of the service; "" means "1.0.0"
	VersionID  string // a UUID; "" means one made from Version
	Revision   string // "" means Version
	APIVersion string // "V3" or "V4"; "" means "V3"

	// Inputs and Outputs are JSON objects. The platform keeps all their digits.
	// Empty means an object without members.
	Inputs, Outputs json.RawMessage

	Warnings []Message
	Errors   []Message

	CalcTime  time.Duration // in whole milliseconds
	TotalTime time.Duration // in whole milliseconds

	// Abridged leaves the members after EngineDetails out of the record in JSON
	// exports, as happens on the platform, but not in Get Call ID.
	Abridged bool

	// Raw replaces the record, if it isn't empty. Filters, CSV files, workbooks
	// and searches still use the other fields.
	Raw json.RawMessage

	// The server sets these fields.
	Tenant, Folder, Service string
}

// A Message is a warning or an error of a calculation.
type Message struct {
	SourcePath string // cell or range, such as "Inputs!C7"
	Text       string
	Category   string // of an error, such as "EXCEL_ERROR"
	Type       string // of an error, such as "#VALUE!"
}

// namespace is the namespace of the UUIDs that are made from names.
var namespace = uuid.MustParse("5b1a6a36-7d0c-5f0e-9d53-0d5f1c1f6a11")

func namedUUID(format string, args ...any) string {
	return uuid.NewSHA1(namespace, fmt.Appendf(nil, format, args...)).String()
}

// complete sets the defaults. number is the call's place in the list.
func (c *Call) complete(number int, tenant, folder, service string) error {
	c.Tenant, c.Folder, c.Service = tenant, folder, service
	setDefault(&c.ID, namedUUID("call %s/%s %d", folder, service, number))
	setDefault(&c.User, "actuary@example.com")
	setDefault(&c.Purpose, "Spark - API Tester")
	setDefault(&c.SourceSystem, "SPARK")
	setDefault(&c.Version, "1.0.0")
	setDefault(&c.VersionID, namedUUID("version %s", c.Version))
	setDefault(&c.Revision, c.Version)
	setDefault(&c.APIVersion, "V3")
	setDefault(&c.TimeLayout, naiveTime)
	if c.Time.IsZero() {
		c.Time = historyEnd.AddDate(0, 0, -5).Add(time.Duration(number) * time.Second)
	}
	c.Time = c.Time.UTC()
	if c.TransactionDate.IsZero() {
		c.TransactionDate = c.Time.Truncate(24 * time.Hour)
	}
	return c.check()
}

func setDefault(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

func (c *Call) check() error {
	if _, err := uuid.Parse(c.ID); err != nil {
		return fmt.Errorf("call ID %q is not a UUID", c.ID)
	}
	for _, values := range []*json.RawMessage{&c.Inputs, &c.Outputs} {
		if len(*values) == 0 {
			*values = json.RawMessage(`{}`)
		}
		if !isObject(*values) {
			return fmt.Errorf("call %s: inputs and outputs must be JSON objects", c.ID)
		}
		*values = compact(*values)
	}
	if c.Raw != nil && !json.Valid(c.Raw) {
		return fmt.Errorf("call %s: Raw is not JSON", c.ID)
	}
	if c.Index < 0 {
		return errors.New("call " + c.ID + ": Index is negative")
	}
	return nil
}
