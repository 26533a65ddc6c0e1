package sparktest

import (
	"bytes"
	"encoding/json"
	"time"
)

const (
	naiveTime = "2006-01-02T15:04:05.000000"
	csvTime   = "2006-01-02T15:04:05-07:00"
	hostName  = "excel.uat.us.coherent.global"
)

// Record is the call's record as Get Call ID gives it.
func (c Call) Record() json.RawMessage {
	return c.record(c.Time.Format(c.TimeLayout), true)
}

// exportedRecord is the record as a JSON export gives it. With an offset in
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
	r := record{
		EngineCallID:    c.ID,
		LogTime:         logTime,
		TransactionDate: c.TransactionDate.Format(naiveTime),
		SourceSystem:    c.SourceSystem,
		Purpose:         c.Purpose,
		UserName:        c.User,
		HostName:        hostName,
		Tenant:          c.Tenant,
		Service:         c.Service,
		Product:         c.Folder,
		EngineDetails:   c.engineDetails(),
	}
	if complete {
		r.trailer = &trailer{
			CalcTime:        c.CalcTime.Milliseconds(),
			SparkTotalTime:  c.TotalTime.Milliseconds(),
			ServiceRevision: c.Revision,
			APIVersion:      c.APIVersion,
		}
	}
	return encode(r)
}

func (c Call) engineDetails() engineDetails {
	serviceID := namedUUID("service %s/%s", c.Folder, c.Service)
	return engineDetails{
		RequestData: requestData{Inputs: c.Inputs},
		RequestMeta: requestMeta{
			ServiceID:       serviceID,
			Version:         c.Version,
			VersionID:       c.VersionID,
			TransactionDate: c.TransactionDate.Format("2006-01-02T15:04:05.000Z"),
			CallPurpose:     c.Purpose,
			SourceSystem:    c.SourceSystem,
			CorrelationID:   c.CorrelationID,
			CompilerType:    "Neuron",
		},
		ResponseData: responseData{Outputs: c.Outputs, Warnings: warnings(c.Warnings), Errors: failures(c.Errors)},
		ResponseMeta: responseMeta{
			SparkTotalTime:   c.TotalTime.Milliseconds(),
			ServiceID:        serviceID,
			VersionID:        c.VersionID,
			Version:          c.Version,
			ProcessTime:      c.CalcTime.Milliseconds(),
			CallID:           c.ID,
			CompilerType:     "Neuron",
			CompilerVersion:  "1.12.0",
			EngineID:         "neuron-" + c.ID[:8],
			CorrelationID:    c.CorrelationID,
			System:           c.SourceSystem,
			RequestTimestamp: c.Time.Add(-c.TotalTime).Format("2006-01-02T15:04:05.000Z"),
		},
	}
}

func warnings(messages []Message) []warning {
	var list []warning
	for _, m := range messages {
		list = append(list, warning{SourcePath: m.SourcePath, Message: m.Text})
	}
	return list
}

func failures(messages []Message) []failure {
	var list []failure
	for _, m := range messages {
		list = append(list, failure{SourcePath: m.SourcePath, Message: m.Text, Category: m.Category, Type: m.Type})
	}
	return list
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

// These types put the members in the platform's order.
type record struct {
	EngineCallID    string `json:"EngineCallId"`
	LogTime         string
	TransactionDate string
	SourceSystem    string
	Purpose         string
	UserName        string
	HostName        string
	Tenant          string
	Service         string
	Product         string
	EngineDetails   engineDetails
	*trailer
}

type trailer struct {
	CalcTime            int64
	SparkTotalTime      int64
	ServiceRevision     string
	APIVersion          string
	ControlLogReference *string
}

type engineDetails struct {
	RequestData  requestData  `json:"request_data"`
	RequestMeta  requestMeta  `json:"request_meta"`
	ResponseData responseData `json:"response_data"`
	ResponseMeta responseMeta `json:"response_meta"`
}

type requestData struct {
	Inputs json.RawMessage `json:"inputs"`
}

type requestMeta struct {
	ServiceURI            *string `json:"service_uri"`
	ServiceID             string  `json:"service_id"`
	Version               string  `json:"version"`
	VersionID             string  `json:"version_id"`
	TransactionDate       string  `json:"transaction_date"`
	CallPurpose           string  `json:"call_purpose"`
	SourceSystem          string  `json:"source_system"`
	CorrelationID         string  `json:"correlation_id"`
	RequestedOutput       *string `json:"requested_output"`
	ServiceCategory       string  `json:"service_category"`
	CompilerType          string  `json:"compiler_type"`
	ArrayOutputs          *string `json:"array_outputs"`
	ResponseDataInputs    bool    `json:"response_data_inputs"`
	ParametersetVersionID *string `json:"parameterset_version_id"`
	ValidationType        *string `json:"validation_type"`
	XReportOptions        *string `json:"xreport_options"`
}

type responseData struct {
	Outputs      json.RawMessage `json:"outputs"`
	Warnings     []warning       `json:"warnings"`
	Errors       []failure       `json:"errors"`
	ServiceChain *string         `json:"service_chain"`
}

type warning struct {
	SourcePath string `json:"source_path"`
	Message    string `json:"message"`
}

type failure struct {
	SourcePath        string  `json:"source_path"`
	Message           string  `json:"message"`
	Category          string  `json:"error_category"`
	Type              string  `json:"error_type"`
	AdditionalDetails *string `json:"additional_details"`
}

type responseMeta struct {
	SparkTotalTime        int64   `json:"spark_total_time"`
	ServiceID             string  `json:"service_id"`
	VersionID             string  `json:"version_id"`
	Version               string  `json:"version"`
	ProcessTime           int64   `json:"process_time"`
	CallID                string  `json:"call_id"`
	CompilerType          string  `json:"compiler_type"`
	CompilerVersion       string  `json:"compiler_version"`
	SourceHash            *string `json:"source_hash"`
	EngineID              string  `json:"engine_id"`
	CorrelationID         string  `json:"correlation_id"`
	ParametersetVersionID *string `json:"parameterset_version_id"`
	System                string  `json:"system"`
	RequestTimestamp      string  `json:"request_timestamp"`
}
