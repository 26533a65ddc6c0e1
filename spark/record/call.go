package record

import (
	"encoding/json"
	"errors"
	"slices"
	"time"
)

// Call is what the platform keeps of one call of a service: who called what and
// when, what went in, what came out, and how long it took. It comes from
// the client, from a JSON export ([Archive.Calls], [ReadCalls]), or from
// [ParseCall].
//
// A field is zero where the record doesn't have it or has null. One that the
// record has in a form that can't be read is zero as well, and [Call.Problems]
// tells about it. IDs are strings, since not all of them are UUIDs on every
// platform. Where a record states the same fact in several places, the comment
// of the field says which counts; the next one steps in where the first is
// missing, empty or unreadable.
//
// [Call.JSON] has the whole record as it came, with everything that this type
// doesn't know. A Call is ready for concurrent use as long as nobody sets fields.
type Call struct {
	// ID identifies the call: EngineCallId, else response_meta.call_id.
	ID string

	// Folder is the folder of the service: Product.
	Folder string
	// Service is the name of the service.
	Service string
	// ServiceID identifies the service: response_meta.service_id, else request_meta.service_id.
	ServiceID string
	// Version is the version of the service that answered: response_meta.version,
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
	// Host is the API host that took the call: HostName.
	Host string
	// User is who called: UserName.
	User string
	// Purpose is what the caller gave as the purpose: Purpose, else request_meta.call_purpose.
	Purpose string
	// SourceSystem is where the call came from: SourceSystem, else request_meta.source_system.
	SourceSystem string
	// CorrelationID is what the caller links calls by: response_meta.correlation_id,
	// else request_meta.correlation_id.
	CorrelationID string

	// LogTime is when the call was logged, in UTC.
	LogTime time.Time
	// TransactionDate is the date that the caller asked the service to calculate
	// for, in UTC: TransactionDate, else request_meta.transaction_date.
	TransactionDate time.Time
	// RequestTime is when the engine took the request, in UTC: response_meta.request_timestamp.
	RequestTime time.Time
	// CalcTime is how long the model calculated: CalcTime, else response_meta.process_time.
	CalcTime time.Duration
	// TotalTime is how long the platform took in all: SparkTotalTime, else
	// response_meta.spark_total_time.
	TotalTime time.Duration

	// CompilerType is what compiled the model: response_meta.compiler_type, else
	// request_meta.compiler_type.
	CompilerType string
	// CompilerVersion is the version of that compiler.
	CompilerVersion string
	// APIVersion is the version of the API that was called, such as V3.
	APIVersion string
	// EngineID identifies the engine that calculated.
	EngineID string
	// System is the system that answered: response_meta.system.
	System string
	// SourceHash is the hash of the model's source.
	SourceHash string
	// ControlLogReference refers to the control log.
	ControlLogReference string

	// Request is what the caller asked for beside the inputs.
	Request RequestMeta
	// Inputs are what went into the model.
	Inputs Values
	// Outputs are what the model gave.
	Outputs Values
	// Warnings are the model's warnings.
	Warnings []ModelWarning
	// Errors are the model's errors.
	Errors []ModelError
	// ServiceChain is what the platform says of services called by this one, as
	// JSON; nil where it says nothing.
	ServiceChain json.RawMessage

	record *record
}

// RequestMeta is what a caller asks for beside the inputs, as the request said it:
// a Version here may be a pattern, or empty, where [Call.Version] is the one that
// answered.
type RequestMeta struct {
	ServiceURI            string
	ServiceID             string
	Version               string
	VersionID             string
	TransactionDate       time.Time // in UTC
	Purpose               string
	SourceSystem          string
	CorrelationID         string
	RequestedOutputs      []string // outputs to give; nil for all
	ServiceCategory       string
	CompilerType          string
	ArrayOutputs          []string
	ResponseDataInputs    bool // the answer is to repeat the inputs
	ParameterSetVersionID string
	ValidationType        string
	XReportOptions        json.RawMessage // nil where there are none
}

// record is what a Call keeps of the text that it was decoded from.
type record struct {
	json            string
	problems        []Problem
	inputs, outputs members
}

// JSON returns the record byte for byte as it came, or nil for a Call that was
// not decoded from one. The caller may change the copy that it gets.
func (c *Call) JSON() json.RawMessage {
	if c.record == nil || c.record.json == "" {
		return nil
	}
	return json.RawMessage(c.record.json)
}

// Problems lists the fields that could not be read, in no particular order, and an
// ID of another call than the one that was asked for. Nil means that all are as
// they should be.
func (c *Call) Problems() []Problem {
	if c.record == nil {
		return nil
	}
	return slices.Clone(c.record.problems)
}

// AddProblem adds a problem that the caller found to those that [Call.Problems]
// returns. It must not be called while others use the Call.
func (c *Call) AddProblem(problem Problem) {
	if c.record == nil {
		c.record = &record{}
	}
	c.record.problems = append(c.record.problems, problem)
}

// MarshalJSON gives the record as it came, with unknown members, their order and
// every digit intact. Changes to the fields of c don't show in it. A Call that was
// not decoded from a record has no JSON and is an error.
func (c *Call) MarshalJSON() ([]byte, error) {
	if c.JSON() == nil {
		return nil, errors.New("a Call that was not decoded from a record can't be marshaled")
	}
	return c.JSON(), nil
}

// UnmarshalJSON decodes a record as [ParseCall] does.
func (c *Call) UnmarshalJSON(data []byte) error {
	parsed, err := ParseCall(data)
	if err != nil {
		return err
	}
	*c = *parsed
	return nil
}
