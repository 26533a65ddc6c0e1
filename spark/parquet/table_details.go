package parquet

import (
	"encoding/json"
	"strings"
	"time"

	format "github.com/parquet-go/parquet-go"

	"github.com/sparkgo/spark-go/spark/record"
)

// detail is a column that every file has.
type detail struct {
	name  string
	node  format.Node
	value func(*record.Call) format.Value
}

// details are these columns in the order of a file.
var details = []detail{
	{"call_id", format.String(), func(c *record.Call) format.Value { return stringValue(c.ID) }},
	{"log_time", instant, func(c *record.Call) format.Value { return timeValue(c.LogTime) }},
	{"transaction_date", instant, func(c *record.Call) format.Value { return timeValue(c.TransactionDate) }},
	{"request_time", instant, func(c *record.Call) format.Value { return timeValue(c.RequestTime) }},
	{"calc_time_ms", format.Leaf(format.DoubleType), func(c *record.Call) format.Value { return milliseconds(c.CalcTime) }},
	{"total_time_ms", format.Leaf(format.DoubleType), func(c *record.Call) format.Value { return milliseconds(c.TotalTime) }},
	{"tenant", repeating, func(c *record.Call) format.Value { return stringValue(c.Tenant) }},
	{"folder", repeating, func(c *record.Call) format.Value { return stringValue(c.Folder) }},
	{"service", repeating, func(c *record.Call) format.Value { return stringValue(c.Service) }},
	{"service_id", repeating, func(c *record.Call) format.Value { return stringValue(c.ServiceID) }},
	{"version", repeating, func(c *record.Call) format.Value { return stringValue(c.Version) }},
	{"version_id", repeating, func(c *record.Call) format.Value { return stringValue(c.VersionID) }},
	{"revision", repeating, func(c *record.Call) format.Value { return stringValue(c.Revision) }},
	{"parameter_set_version_id", repeating, func(c *record.Call) format.Value { return stringValue(c.ParameterSetVersionID) }},
	{"user", repeating, func(c *record.Call) format.Value { return stringValue(c.User) }},
	{"purpose", repeating, func(c *record.Call) format.Value { return stringValue(c.Purpose) }},
	{"source_system", repeating, func(c *record.Call) format.Value { return stringValue(c.SourceSystem) }},
	{"correlation_id", repeating, func(c *record.Call) format.Value { return stringValue(c.CorrelationID) }},
	{"host", repeating, func(c *record.Call) format.Value { return stringValue(c.Host) }},
	{"system", repeating, func(c *record.Call) format.Value { return stringValue(c.System) }},
	{"api_version", repeating, func(c *record.Call) format.Value { return stringValue(c.APIVersion) }},
	{"compiler_type", repeating, func(c *record.Call) format.Value { return stringValue(c.CompilerType) }},
	{"compiler_version", repeating, func(c *record.Call) format.Value { return stringValue(c.CompilerVersion) }},
	{"engine_id", repeating, func(c *record.Call) format.Value { return stringValue(c.EngineID) }},
	{"source_hash", repeating, func(c *record.Call) format.Value { return stringValue(c.SourceHash) }},
	{"control_log_reference", repeating, func(c *record.Call) format.Value { return stringValue(c.ControlLogReference) }},
	{"warning_count", format.Int(64), func(c *record.Call) format.Value { return format.Int64Value(int64(len(c.Warnings))) }},
	{"error_count", format.Int(64), func(c *record.Call) format.Value { return format.Int64Value(int64(len(c.Errors))) }},
	{"warnings", format.JSON(), func(c *record.Call) format.Value { return messagesValue(c.Warnings) }},
	{"errors", format.JSON(), func(c *record.Call) format.Value { return messagesValue(c.Errors) }},
	{"service_chain", format.JSON(), func(c *record.Call) format.Value { return stringValue(string(c.ServiceChain)) }},
}

var (
	instant = format.Timestamp(format.Microsecond)
	// repeating is the type of strings with few distinct values.
	repeating = format.Encoded(format.String(), &format.RLEDictionary)
)

// stringValue returns a string, and null for an empty one: the Call doesn't have it.
func stringValue(s string) format.Value {
	if s == "" {
		return format.NullValue()
	}
	return bytesValue(s)
}

// bytesValue returns a string in valid UTF-8, as Parquet requires.
func bytesValue(s string) format.Value {
	return format.ByteArrayValue([]byte(strings.ToValidUTF8(s, "\ufffd")))
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

// messagesValue returns warnings or errors as JSON.
func messagesValue[T any](messages []T) format.Value {
	if len(messages) == 0 {
		return format.NullValue()
	}
	data, err := json.Marshal(messages)
	if err != nil {
		return format.NullValue() // only if a program has set additional details that aren't JSON
	}
	return bytesValue(string(data))
}
