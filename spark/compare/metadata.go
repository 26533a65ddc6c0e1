package compare

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/decimal"
	"github.com/sparkgo/spark-go/spark/record"
)

func warningsJSON(warnings []record.ModelWarning) string {
	list := make([]record.ModelError, len(warnings))
	for i, w := range warnings {
		list[i] = record.ModelError{SourcePath: w.SourcePath, Message: w.Message}
	}
	return errorsJSON(list)
}

// errorsJSON returns errors as they are compared: with the reason as the message, even
// if the record has no message.
func errorsJSON(list []record.ModelError) string {
	if len(list) == 0 {
		return "[]"
	}
	list = slices.Clone(list)
	for i := range list {
		reason := list[i]
		reason.SourcePath = ""
		list[i].Message = reason.String()
		list[i].AdditionalDetails = json.RawMessage(rawJSON(list[i].AdditionalDetails))
	}
	return marshal(list)
}

// metadata is a field of a call that is neither an input, an output nor a message.
type metadata struct {
	name        string
	value, call any // call is the field of the call that a field of the request repeats
}

// metadataOf returns the metadata of a call in the order of record.Call. Fields that CSV
// exports have too have the same names there.
func metadataOf(c *record.Call) []metadata {
	r := &c.Request
	return []metadata{
		{"Call ID", c.ID, nil},
		{"Folder", c.Folder, nil},
		{"Service", c.Service, nil},
		{"Service ID", c.ServiceID, nil},
		{"Version", c.Version, nil},
		{"Version ID", c.VersionID, nil},
		{"Revision", c.Revision, nil},
		{"Parameter set version ID", c.ParameterSetVersionID, nil},
		{"Tenant", c.Tenant, nil},
		{"Host", c.Host, nil},
		{"User name", c.User, nil},
		{"Call purpose", c.Purpose, nil},
		{"Source system", c.SourceSystem, nil},
		{"Correlation ID", c.CorrelationID, nil},
		{"Log time", c.LogTime, nil},
		{"Transaction date", c.TransactionDate, nil},
		{"Request time", c.RequestTime, nil},
		{"Calc time (ms)", c.CalcTime, nil},
		{"Total time (ms)", c.TotalTime, nil},
		{"Compiler type", c.CompilerType, nil},
		{"Compiler version", c.CompilerVersion, nil},
		{"API version", c.APIVersion, nil},
		{"Engine ID", c.EngineID, nil},
		{"System", c.System, nil},
		{"Source hash", c.SourceHash, nil},
		{"Control log reference", c.ControlLogReference, nil},
		{"Request.Service URI", r.ServiceURI, nil},
		{"Request.Service ID", r.ServiceID, c.ServiceID},
		{"Request.Version", r.Version, c.Version},
		{"Request.Version ID", r.VersionID, c.VersionID},
		{"Request.Transaction date", r.TransactionDate, c.TransactionDate},
		{"Request.Call purpose", r.Purpose, c.Purpose},
		{"Request.Source system", r.SourceSystem, c.SourceSystem},
		{"Request.Correlation ID", r.CorrelationID, c.CorrelationID},
		{"Request.Requested outputs", r.RequestedOutputs, nil},
		{"Request.Service category", r.ServiceCategory, nil},
		{"Request.Compiler type", r.CompilerType, c.CompilerType},
		{"Request.Array outputs", r.ArrayOutputs, nil},
		{"Request.Response data inputs", r.ResponseDataInputs, nil},
		{"Request.Parameter set version ID", r.ParameterSetVersionID, c.ParameterSetVersionID},
		{"Request.Validation type", r.ValidationType, nil},
		{"Request.X report options", r.XReportOptions, nil},
		{"Service chain", c.ServiceChain, nil},
	}
}

// compareMetadata compares the metadata. A field of the request that only repeats a
// field of the call isn't reported twice.
func (d *differ) compareMetadata(a, b *record.Call) {
	if d.ignored[string(Metadata)] {
		return
	}
	d.section = Metadata
	fieldsB := metadataOf(b)
	for i, before := range metadataOf(a) {
		after := fieldsB[i]
		jsonA, jsonB := fieldJSON(before.value), fieldJSON(after.value)
		isRequest := strings.HasPrefix(before.name, "Request.")
		repeated := before.call != nil && jsonA == fieldJSON(before.call) && jsonB == fieldJSON(after.call)
		if repeated || isRequest && d.ignored["metadata.Request"] {
			continue
		}
		d.compareJSON(path{path: before.name, field: before.name}, "metadata."+before.name, jsonA, jsonB)
	}
}

// fieldJSON returns a field of a call as JSON. A zero field is missing, because a Call
// doesn't distinguish the two. Durations are in milliseconds, as in the record.
func fieldJSON(field any) string {
	switch field := field.(type) {
	case string:
		if field != "" {
			return marshal(field)
		}
	case []string:
		if field != nil {
			return marshal(field)
		}
	case bool:
		if field {
			return "true"
		}
	case json.RawMessage:
		return rawJSON(field)
	case time.Time:
		if !field.IsZero() {
			return marshal(field.Format(time.RFC3339Nano))
		}
	case time.Duration:
		if field != 0 {
			nanoseconds, _ := decimal.Parse(strconv.FormatInt(int64(field), 10))
			return nanoseconds.Shift(-6).String()
		}
	}
	return ""
}

// rawJSON returns JSON as it is. A program can set it to anything, and what isn't valid
// becomes a string.
func rawJSON(raw json.RawMessage) string {
	if len(raw) == 0 || json.Valid(raw) {
		return string(raw)
	}
	return marshal(string(raw))
}

func marshal(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic("compare: " + err.Error()) // all of it is plain data
	}
	return string(data)
}
