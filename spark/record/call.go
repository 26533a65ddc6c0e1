package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
)

// Call is the platform's record of one call of a service: who called which service and
// when, the inputs, the outputs, and how long it took. It comes from the client, from a
// JSON export ([Archive.Calls], [ReadCalls]), or from [ParseCall].
//
// A field is zero if the record doesn't have it or has null. A field that can't be read
// is zero as well, and [Call.Problems] reports it. IDs are strings, because not every
// platform uses UUIDs for all of them. If a record has the same fact in several places,
// the comment of the field says which one counts. The next one counts if the first is
// missing, empty or unreadable.
//
// [Call.JSON] returns the complete record as it came, with everything that this type
// doesn't know. A Call is safe for concurrent use as long as nobody sets fields.
type Call struct {
	// ID identifies the call: EngineCallId, else response_meta.call_id.
	ID string

	// Folder is the folder of the service: Product.
	Folder string
	// Service is the name of the service.
	Service string
	// ServiceID identifies the service: response_meta.service_id, else request_meta.service_id.
	ServiceID string
	// Version is the version of the service that responded: response_meta.version,
	// else request_meta.version, else ServiceRevision.
	Version string
	// VersionID identifies that version: response_meta.version_id, else request_meta.version_id.
	VersionID string
	// Revision is the revision of the service as the call history counts it:
	// ServiceRevision. It may differ from Version.
	Revision string
	// ParameterSetVersionID identifies the parameter set: response_meta, else
	// request_meta.parameterset_version_id.
	ParameterSetVersionID string

	// Tenant is the tenant that the service belongs to.
	Tenant string
	// Host is the API host that received the call: HostName.
	Host string
	// User is who called: UserName.
	User string
	// Purpose is the purpose that the caller gave: Purpose, else request_meta.call_purpose.
	Purpose string
	// SourceSystem is where the call came from: SourceSystem, else request_meta.source_system.
	SourceSystem string
	// CorrelationID is the ID by which the caller links calls: response_meta.correlation_id,
	// else request_meta.correlation_id.
	CorrelationID string

	// LogTime is when the call was logged, in UTC.
	LogTime time.Time
	// TransactionDate is the date that the caller asked the service to calculate
	// for, in UTC: TransactionDate, else request_meta.transaction_date.
	TransactionDate time.Time
	// RequestTime is when the engine received the request, in UTC: response_meta.request_timestamp.
	RequestTime time.Time
	// CalcTime is how long the model calculated: CalcTime, else response_meta.process_time.
	CalcTime time.Duration
	// TotalTime is how long the platform took in all: SparkTotalTime, else
	// response_meta.spark_total_time.
	TotalTime time.Duration

	// CompilerType is the kind of compiler that compiled the model: response_meta.compiler_type, else
	// request_meta.compiler_type.
	CompilerType string
	// CompilerVersion is the version of that compiler.
	CompilerVersion string
	// APIVersion is the version of the API that was called, such as V3.
	APIVersion string
	// EngineID identifies the engine that calculated.
	EngineID string
	// System is the system that responded: response_meta.system.
	System string
	// SourceHash is the hash of the model's source.
	SourceHash string
	// ControlLogReference refers to the control log.
	ControlLogReference string

	// Request is what the caller asked for besides the inputs.
	Request RequestMeta
	// Inputs are the inputs of the model.
	Inputs Values
	// Outputs are the outputs of the model.
	Outputs Values
	// Warnings are the model's warnings.
	Warnings []ModelWarning
	// Errors are the model's errors.
	Errors []ModelError
	// ServiceChain is what the record says about services that this one called, as
	// JSON; nil if it says nothing.
	ServiceChain json.RawMessage

	source *callSource
}

// RequestMeta is what a caller asks for besides the inputs, as in the request. Its
// Version may be a pattern or empty, while [Call.Version] is the one that responded.
type RequestMeta struct {
	ServiceURI            string
	ServiceID             string
	Version               string
	VersionID             string
	TransactionDate       time.Time // in UTC
	Purpose               string
	SourceSystem          string
	CorrelationID         string
	RequestedOutputs      []string // outputs to return; nil for all
	ServiceCategory       string
	CompilerType          string
	ArrayOutputs          []string
	ResponseDataInputs    bool // the response is to repeat the inputs
	ParameterSetVersionID string
	ValidationType        string
	XReportOptions        json.RawMessage // nil if there are none
}

// callSource is the text that a Call was decoded from.
type callSource struct {
	json     string
	problems []Problem
	values   [2]jsonObject // of Inputs and Outputs
}

// reportInvalid adds a problem if a part of the text is invalid Unicode.
func (s *callSource) reportInvalid(text string, invalid jsonscan.Span, where string) {
	if raw := invalid.In(text); raw != "" {
		s.problems = append(s.problems, Problem{Path: "$", Raw: raw, Reason: fmt.Sprintf("invalid Unicode at byte %d of the %s", invalid.Start, where)})
	}
}

// JSON returns the record as it came, byte for byte, or nil for a Call that was not
// decoded from a record. The caller may change the copy.
func (c *Call) JSON() json.RawMessage {
	if c.source == nil || c.source.json == "" {
		return nil
	}
	return json.RawMessage(c.source.json)
}

// Problems lists the fields that could not be read, in no particular order. It also
// contains a problem if the platform returned another call than the one requested. It
// returns nil if there is nothing to report.
func (c *Call) Problems() []Problem {
	if c.source == nil {
		return nil
	}
	return slices.Clone(c.source.problems)
}

// AddProblem adds a problem to those that [Call.Problems] returns. It must not be called
// while others use the Call.
func (c *Call) AddProblem(problem Problem) {
	if c.source == nil {
		c.source = &callSource{}
	}
	c.source.problems = append(c.source.problems, problem)
}

// MarshalJSON returns the record as it came, with unknown members, their order and every
// digit intact. Changes to the fields of c don't affect it. A Call that was not decoded
// from a record has no JSON and is an error.
func (c *Call) MarshalJSON() ([]byte, error) {
	if c.JSON() == nil {
		return nil, errors.New("a Call that was not decoded from a record can't be marshaled")
	}
	return c.JSON(), nil
}
