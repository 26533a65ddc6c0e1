package sparktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

const (
	naiveTime = "2006-01-02T15:04:05.000000"
	csvTime   = "2006-01-02T15:04:05-07:00"
	milliTime = "2006-01-02T15:04:05.000Z"
)

// The members of a record, in the platform's order. Each verb is a JSON value;
// recordFormat is what recordTrailer may follow.
const (
	recordFormat = `{"EngineCallId":%[1]s,"LogTime":%[2]s,"TransactionDate":%[3]s,` +
		`"SourceSystem":%[4]s,"Purpose":%[5]s,"UserName":%[6]s,"HostName":"excel.uat.us.coherent.global",` +
		`"Tenant":%[7]s,"Service":%[8]s,"Product":%[9]s,"EngineDetails":{` +
		`"request_data":{"inputs":%[10]s},` +
		`"request_meta":{"service_uri":null,"service_id":%[11]s,"version":%[12]s,"version_id":%[13]s,` +
		`"transaction_date":%[14]s,"call_purpose":%[5]s,"source_system":%[4]s,"correlation_id":%[15]s,` +
		`"requested_output":null,"service_category":"","compiler_type":"Neuron","array_outputs":null,` +
		`"response_data_inputs":false,"parameterset_version_id":null,"validation_type":null,"xreport_options":null},` +
		`"response_data":{"outputs":%[16]s,"warnings":%[17]s,"errors":%[18]s,"service_chain":null},` +
		`"response_meta":{"spark_total_time":%[20]d,"service_id":%[11]s,"version_id":%[13]s,"version":%[12]s,` +
		`"process_time":%[19]d,"call_id":%[1]s,"compiler_type":"Neuron","compiler_version":"1.12.0","source_hash":null,` +
		`"engine_id":%[21]s,"correlation_id":%[15]s,"parameterset_version_id":null,"system":%[4]s,"request_timestamp":%[22]s}}`
	recordTrailer = `,"CalcTime":%d,"SparkTotalTime":%d,"ServiceRevision":%s,"APIVersion":%s,"ControlLogReference":null`
)

// Record returns the call's record as Get Call ID has it.
func (c Call) Record() json.RawMessage {
	return c.record(c.Time.Format(c.TimeLayout), true)
}

// exportedRecord returns the record as a JSON export has it. With an offset in
// hours its time is the local time there, written without a zone.
func (c Call) exportedRecord(offset int) json.RawMessage {
	layout := c.TimeLayout
	if offset != 0 {
		layout = naiveTime
	}
	moved := c.Time.Add(time.Duration(offset) * time.Hour)
	return c.record(moved.Format(layout), !c.Abridged)
}

func (c Call) record(logTime string, complete bool) json.RawMessage {
	if len(c.Raw) > 0 {
		return c.Raw
	}
	calc, total := c.CalcTime.Milliseconds(), c.TotalTime.Milliseconds()
	record := fmt.Appendf(nil, recordFormat,
		encode(c.ID), encode(logTime), encode(c.TransactionDate.Format(naiveTime)),
		encode(c.SourceSystem), encode(c.Purpose), encode(c.User),
		encode(c.Tenant), encode(c.Service), encode(c.Folder),
		c.Inputs,
		encode(namedUUID("service %s/%s", c.Folder, c.Service)), encode(c.Version), encode(c.VersionID),
		encode(c.TransactionDate.Format(milliTime)), encode(c.CorrelationID),
		c.Outputs, warningsJSON(c.Warnings), errorsJSON(c.Errors),
		calc, total, encode("neuron-"+c.ID[:8]), encode(c.Time.Add(-c.TotalTime).Format(milliTime)),
	)
	if complete {
		record = fmt.Appendf(record, recordTrailer, calc, total, encode(c.Revision), encode(c.APIVersion))
	}
	return append(record, '}')
}

func warningsJSON(messages []Message) json.RawMessage {
	var list []json.RawMessage
	for _, m := range messages {
		list = append(list, jsonObject("source_path", m.SourcePath, "message", m.Text))
	}
	return encode(list)
}

func errorsJSON(messages []Message) json.RawMessage {
	var list []json.RawMessage
	for _, m := range messages {
		list = append(list, jsonObject("source_path", m.SourcePath, "message", m.Text,
			"error_category", m.Category, "error_type", m.Type, "additional_details", nil))
	}
	return encode(list)
}

// encode writes JSON as the platform does: without escapes for HTML.
func encode(v any) json.RawMessage {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic("sparktest: " + err.Error()) // calls were checked when the server started
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}
