package samples

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/record"
)

// PlainCall has the fields of a Call in the structure of the record, for encoding/json.
type PlainCall struct {
	EngineCallID, SourceSystem, Purpose, UserName, HostName, Tenant, Service, Product string
	LogTime, TransactionDate                                                          PlainTime
	EngineDetails                                                                     struct {
		RequestData struct {
			Inputs json.RawMessage `json:"inputs"`
		} `json:"request_data"`
		RequestMeta struct {
			ServiceURI            string          `json:"service_uri"`
			ServiceID             string          `json:"service_id"`
			Version               string          `json:"version"`
			VersionID             string          `json:"version_id"`
			TransactionDate       PlainTime       `json:"transaction_date"`
			CallPurpose           string          `json:"call_purpose"`
			SourceSystem          string          `json:"source_system"`
			CorrelationID         string          `json:"correlation_id"`
			RequestedOutput       []string        `json:"requested_output"`
			ServiceCategory       string          `json:"service_category"`
			CompilerType          string          `json:"compiler_type"`
			ArrayOutputs          []string        `json:"array_outputs"`
			ResponseDataInputs    bool            `json:"response_data_inputs"`
			ParameterSetVersionID string          `json:"parameterset_version_id"`
			ValidationType        string          `json:"validation_type"`
			XReportOptions        json.RawMessage `json:"xreport_options"`
		} `json:"request_meta"`
		ResponseData struct {
			Outputs      json.RawMessage       `json:"outputs"`
			Warnings     []record.ModelWarning `json:"warnings"`
			Errors       []record.ModelError   `json:"errors"`
			ServiceChain json.RawMessage       `json:"service_chain"`
		} `json:"response_data"`
		ResponseMeta struct {
			SparkTotalTime        float64   `json:"spark_total_time"`
			ServiceID             string    `json:"service_id"`
			VersionID             string    `json:"version_id"`
			Version               string    `json:"version"`
			ProcessTime           float64   `json:"process_time"`
			CallID                string    `json:"call_id"`
			CompilerType          string    `json:"compiler_type"`
			CompilerVersion       string    `json:"compiler_version"`
			SourceHash            string    `json:"source_hash"`
			EngineID              string    `json:"engine_id"`
			CorrelationID         string    `json:"correlation_id"`
			ParameterSetVersionID string    `json:"parameterset_version_id"`
			System                string    `json:"system"`
			RequestTimestamp      PlainTime `json:"request_timestamp"`
		} `json:"response_meta"`
	}
	CalcTime, SparkTotalTime                         float64
	ServiceRevision, APIVersion, ControlLogReference string
}

// PlainTime reads the platform's usual timestamps in the simplest way.
type PlainTime struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (p *PlainTime) UnmarshalJSON(data []byte) (err error) {
	p.Time, err = time.Parse("2006-01-02T15:04:05.999999999", strings.TrimSuffix(strings.Trim(string(data), `"`), "Z"))
	return err
}
