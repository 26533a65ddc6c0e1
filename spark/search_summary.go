package spark

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
	"github.com/sparkgo/spark-go/spark/internal/timetext"
	"github.com/sparkgo/spark-go/spark/record"
)

// CallSummary is what [Service.Search] lists of a call: who called what and when. It
// has no inputs and outputs. A field is zero if the platform doesn't give it, or gives
// it in a form that can't be read, which [CallSummary.Problems] reports.
type CallSummary struct {
	// ID identifies the call, for [Client.GetCall]: callGUID.
	ID string
	// EntryID is the platform's own ID of the entry in the list: id.
	EntryID string

	// Service is the name of the service: serviceName.
	Service string
	// Version is the version of the service that responded: serviceVersion.
	Version string
	// EngineID identifies the engine that calculated: engineGUID.
	EngineID string
	// User is who called: username.
	User string
	// Purpose is the purpose that the caller gave: callPurpose.
	Purpose string
	// SourceSystem is where the call came from.
	SourceSystem string
	// CorrelationID is the ID by which the caller links calls.
	CorrelationID string

	// LogTime is when the call was logged, in UTC: timeStamp.
	LogTime time.Time
	// TransactionDate is the date that the caller asked the service to calculate for,
	// in UTC.
	TransactionDate time.Time
	// CalcTime is how long the model calculated.
	CalcTime time.Duration
	// TotalTime is how long the platform took in all.
	TotalTime time.Duration

	json     string
	problems []record.Problem
}

// JSON returns the entry as it came, byte for byte, or nil for a CallSummary that no
// search returned. The caller may change the copy.
func (s *CallSummary) JSON() json.RawMessage {
	if s.json == "" {
		return nil
	}
	return json.RawMessage(s.json)
}

// MarshalJSON returns the entry as it came. A CallSummary that no search returned is
// an error.
func (s *CallSummary) MarshalJSON() ([]byte, error) {
	if s.json == "" {
		return nil, errors.New("a CallSummary that no search returned can't be marshaled")
	}
	return s.JSON(), nil
}

// Problems lists the fields that could not be read, or returns nil.
func (s *CallSummary) Problems() []record.Problem { return slices.Clone(s.problems) }

// key identifies the entry in the list. Several entries may belong to one call.
func (s *CallSummary) key() string {
	if s.EntryID == "" || s.ID == "" {
		return s.json
	}
	return s.EntryID + " " + s.ID
}

// parseSummary reads an entry of the list from valid JSON.
func parseSummary(text string) (*CallSummary, error) {
	var scanner jsonscan.Scanner[string]
	if _, err := scanner.Scan(text, 0, 1); err != nil {
		return nil, err
	}
	if text[0] != '{' {
		return nil, errors.New("it is not an object")
	}
	summary, known := &CallSummary{json: text}, false
	for _, member := range scanner.Entries {
		name := member.Name(text)
		field := summary.field(name)
		if field == nil {
			continue
		}
		known = true
		if err := setScalar(field, member.Value.In(text)); err != nil {
			summary.problems = append(summary.problems, record.Problem{Path: "$." + name, Raw: member.Value.In(text), Reason: err.Error()})
		}
	}
	if !known {
		return nil, errors.New("an object without any member of a listed call")
	}
	if raw := scanner.Invalid.In(text); raw != "" {
		summary.problems = append(summary.problems, record.Problem{Path: "$", Raw: raw, Reason: "invalid Unicode"})
	}
	return summary, nil
}

// field returns the field for a member of an entry, or nil.
func (s *CallSummary) field(name string) any {
	switch name {
	case "id":
		return &s.EntryID
	case "callGUID":
		return &s.ID
	case "serviceName":
		return &s.Service
	case "serviceVersion":
		return &s.Version
	case "engineGUID":
		return &s.EngineID
	case "username":
		return &s.User
	case "callPurpose":
		return &s.Purpose
	case "sourceSystem":
		return &s.SourceSystem
	case "correlationId":
		return &s.CorrelationID
	case "timeStamp":
		return &s.LogTime
	case "transactionDate":
		return &s.TransactionDate
	case "calcTime":
		return &s.CalcTime
	case "totalTime":
		return &s.TotalTime
	}
	return nil
}

// setScalar sets a string, a time or a duration from a JSON string or number. Null leaves
// it zero, and so does a blank string for times and durations.
func setScalar(field any, value string) (err error) {
	switch c := value[0]; {
	case value == "null":
		return nil
	case c == '"':
		value = jsonscan.Unquote(value[1 : len(value)-1])
	case c != '-' && (c < '0' || c > '9'):
		return errors.New("neither a string nor a number")
	}
	if field, ok := field.(*string); ok {
		*field = value
		return nil
	}
	if value = strings.TrimSpace(value); value == "" {
		return nil
	}
	switch field := field.(type) {
	case *time.Time:
		*field, err = timetext.ParseTimestamp(value)
	case *time.Duration:
		*field, err = timetext.ParseMillis(value)
	}
	return err
}
