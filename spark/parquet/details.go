package parquet

import (
	"encoding/json"
	"strings"
	"time"

	format "github.com/parquet-go/parquet-go"
	"github.com/sparkgo/spark-go/spark/record"
)

// detail is a column that every file has, whatever the model.
type detail struct {
	name  string
	node  format.Node
	value func(*record.Call) format.Value
}

// details are all of them, in the order of a file.
var details = []detail{
	{"call_id", format.String(), func(c *record.Call) format.Value { return textValue(c.ID) }},
	{"log_time", instant, func(c *record.Call) format.Value { return timeValue(c.LogTime) }},
	{"transaction_date", instant, func(c *record.Call) format.Value { return timeValue(c.TransactionDate) }},
	{"request_time", instant, func(c *record.Call) format.Value { return timeValue(c.RequestTime) }},
	{"calc_time_ms", format.Leaf(format.DoubleType), func(c *record.Call) format.Value { return milliseconds(c.CalcTime) }},
	{"total_time_ms", format.Leaf(format.DoubleType), func(c *record.Call) format.Value { return milliseconds(c.TotalTime) }},
	{"tenant", repeating, func(c *record.Call) format.Value { return textValue(c.Tenant) }},
	{"folder", repeating, func(c *record.Call) format.Value { return textValue(c.Folder) }},
	{"service", repeating, func(c *record.Call) format.Value { return textValue(c.Service) }},
	{"service_id", repeating, func(c *record.Call) format.Value { return textValue(c.ServiceID) }},
	{"version", repeating, func(c *record.Call) format.Value { return textValue(c.Version) }},
	{"version_id", repeating, func(c *record.Call) format.Value { return textValue(c.VersionID) }},
	{"revision", repeating, func(c *record.Call) format.Value { return textValue(c.Revision) }},
	{"parameter_set_version_id", repeating, func(c *record.Call) format.Value { return textValue(c.ParameterSetVersionID) }},
	{"user", repeating, func(c *record.Call) format.Value { return textValue(c.User) }},
	{"purpose", repeating, func(c *record.Call) format.Value { return textValue(c.Purpose) }},
	{"source_system", repeating, func(c *record.Call) format.Value { return textValue(c.SourceSystem) }},
	{"correlation_id", repeating, func(c *record.Call) format.Value { return textValue(c.CorrelationID) }},
	{"host", repeating, func(c *record.Call) format.Value { return textValue(c.Host) }},
	{"system", repeating, func(c *record.Call) format.Value { return textValue(c.System) }},
	{"api_version", repeating, func(c *record.Call) format.Value { return textValue(c.APIVersion) }},
	{"compiler_type", repeating, func(c *record.Call) format.Value { return textValue(c.CompilerType) }},
	{"compiler_version", repeating, func(c *record.Call) format.Value { return textValue(c.CompilerVersion) }},
	{"engine_id", repeating, func(c *record.Call) format.Value { return textValue(c.EngineID) }},
	{"source_hash", repeating, func(c *record.Call) format.Value { return textValue(c.SourceHash) }},
	{"control_log_reference", repeating, func(c *record.Call) format.Value { return textValue(c.ControlLogReference) }},
	{"warning_count", format.Int(64), func(c *record.Call) format.Value { return format.Int64Value(int64(len(c.Warnings))) }},
	{"error_count", format.Int(64), func(c *record.Call) format.Value { return format.Int64Value(int64(len(c.Errors))) }},
	{"warnings", format.JSON(), warnings},
	{"errors", format.JSON(), errors},
	{"service_chain", format.JSON(), func(c *record.Call) format.Value { return textValue(string(c.ServiceChain)) }},
}

var (
	instant = format.Timestamp(format.Microsecond)
	// repeating are strings that few values make up.
	repeating = format.Encoded(format.String(), &format.RLEDictionary)
)

// textValue is null for an empty text, which is how a Call says that there is none.
func textValue(text string) format.Value {
	if text == "" {
		return format.NullValue()
	}
	return bytesValue(text)
}

// bytesValue is a text, in valid UTF-8 as Parquet wants it.
func bytesValue(text string) format.Value {
	return format.ByteArrayValue([]byte(strings.ToValidUTF8(text, "\ufffd")))
}

func timeValue(t time.Time) format.Value {
	if t.IsZero() {
		return format.NullValue()
	}
	return format.Int64Value(t.UnixMicro())
}

func milliseconds(d time.Duration) format.Value {
	return format.DoubleValue(float64(d) / float64(time.Millisecond))
}

// message is a warning or an error, with the platform's names.
type message struct {
	SourcePath        string          `json:"source_path,omitempty"`
	Message           string          `json:"message"`
	Category          string          `json:"error_category,omitempty"`
	Type              string          `json:"error_type,omitempty"`
	AdditionalDetails json.RawMessage `json:"additional_details,omitempty"`
}

func warnings(call *record.Call) format.Value {
	var list []message
	for _, w := range call.Warnings {
		list = append(list, message{SourcePath: w.SourcePath, Message: w.Message})
	}
	return messagesValue(list)
}

func errors(call *record.Call) format.Value {
	var list []message
	for _, e := range call.Errors {
		list = append(list, message(e))
	}
	return messagesValue(list)
}

func messagesValue(list []message) format.Value {
	if len(list) == 0 {
		return format.NullValue()
	}
	text, err := json.Marshal(list)
	if err != nil {
		return format.NullValue() // additional details are JSON, so this can't be
	}
	return bytesValue(string(text))
}
