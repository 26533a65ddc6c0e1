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
	name  string
	value any
}

// metadataOf returns the metadata of a call in the order of record.Call. Fields that CSV
// exports have too have the same names there. A field of the request has the name of the
// field of the call that may repeat it.
func metadataOf(c *record.Call) []metadata {
	r := &c.Request
	return []metadata{
		{"Call ID", c.ID},
		{"Folder", c.Folder},
		{"Service", c.Service},
		{"Service ID", c.ServiceID},
		{"Version", c.Version},
		{"Version ID", c.VersionID},
		{"Revision", c.Revision},
		{"Parameter set version ID", c.ParameterSetVersionID},
		{"Tenant", c.Tenant},
		{"Host", c.Host},
		{"User name", c.User},
		{"Call purpose", c.Purpose},
		{"Source system", c.SourceSystem},
		{"Correlation ID", c.CorrelationID},
		{"Log time", c.LogTime},
		{"Transaction date", c.TransactionDate},
		{"Request time", c.RequestTime},
		{"Calc time (ms)", c.CalcTime},
		{"Total time (ms)", c.TotalTime},
		{"Compiler type", c.CompilerType},
		{"Compiler version", c.CompilerVersion},
		{"API version", c.APIVersion},
		{"Engine ID", c.EngineID},
		{"System", c.System},
		{"Source hash", c.SourceHash},
		{"Control log reference", c.ControlLogReference},
		{"Request.Service URI", r.ServiceURI},
		{"Request.Service ID", r.ServiceID},
		{"Request.Version", r.Version},
		{"Request.Version ID", r.VersionID},
		{"Request.Transaction date", r.TransactionDate},
		{"Request.Call purpose", r.Purpose},
		{"Request.Source system", r.SourceSystem},
		{"Request.Correlation ID", r.CorrelationID},
		{"Request.Requested outputs", r.RequestedOutputs},
		{"Request.Service category", r.ServiceCategory},
		{"Request.Compiler type", r.CompilerType},
		{"Request.Array outputs", r.ArrayOutputs},
		{"Request.Response data inputs", r.ResponseDataInputs},
		{"Request.Parameter set version ID", r.ParameterSetVersionID},
		{"Request.Validation type", r.ValidationType},
		{"Request.X report options", r.XReportOptions},
		{"Service chain", c.ServiceChain},
	}
}

// compareMetadata compares the metadata. A field of the request that only repeats a
// field of the call isn't reported twice.
func (d *differ) compareMetadata(a, b *record.Call) {
	if d.ignored[string(Metadata)] {
		return
	}
	d.section = Metadata
	fieldsA, fieldsB := metadataOf(a), metadataOf(b)
	pairs := make(map[string][2]string, len(fieldsA)) // the JSON of both calls by name
	for i, field := range fieldsA {
		pair := [2]string{fieldJSON(field.value), fieldJSON(fieldsB[i].value)}
		pairs[field.name] = pair
		repeated, isRequest := strings.CutPrefix(field.name, "Request.")
		if isRequest && (d.ignored["metadata.Request"] || pair == pairs[repeated]) {
			continue
		}
		d.compareJSON(path{path: field.name, field: field.name}, "metadata."+field.name, pair[0], pair[1])
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
