package record

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
)

// decoder turns the places of a record into the fields of a call.
type decoder struct {
	text    string
	entries []jsonscan.Entry
	record  *record
	lossy   bool // the text holds invalid UTF-8
}

func (d *decoder) call(c *Call, p *recordPlaces) {
	details, request, response := &p.details, &p.requestMeta, &p.responseMeta
	d.objects(p.engineDetails, details.requestData, details.requestMeta, details.responseData, details.responseMeta)

	c.ID = d.string(p.engineCallID, response.callID)
	c.Folder = d.string(p.product)
	c.Service = d.string(p.service)
	c.ServiceID = d.string(response.serviceID, request.serviceID)
	c.Version = d.string(response.version, request.version, p.serviceRevision)
	c.VersionID = d.string(response.versionID, request.versionID)
	c.Revision = d.string(p.serviceRevision)
	c.ParameterSetVersionID = d.string(response.parameterSetVersionID, request.parameterSetVersionID)

	c.Tenant = d.string(p.tenant)
	c.Host = d.string(p.hostName)
	c.User = d.string(p.userName)
	c.Purpose = d.string(p.purpose, request.callPurpose)
	c.SourceSystem = d.string(p.sourceSystem, request.sourceSystem)
	c.CorrelationID = d.string(response.correlationID, request.correlationID)

	c.LogTime = d.time(p.logTime)
	c.TransactionDate = d.time(p.transactionDate, request.transactionDate)
	c.RequestTime = d.time(response.requestTimestamp)
	c.CalcTime = d.millis(p.calcTime, response.processTime)
	c.TotalTime = d.millis(p.sparkTotalTime, response.sparkTotalTime)

	c.CompilerType = d.string(response.compilerType, request.compilerType)
	c.CompilerVersion = d.string(response.compilerVersion)
	c.APIVersion = d.string(p.apiVersion)
	c.EngineID = d.string(response.engineID)
	c.System = d.string(response.system)
	c.SourceHash = d.string(response.sourceHash)
	c.ControlLogReference = d.string(p.controlLogReference)

	d.request(&c.Request, request)
	c.Inputs = d.values(details.inputs, &d.record.inputs)
	c.Outputs = d.values(details.outputs, &d.record.outputs)
	c.Warnings = d.warnings(details.warnings)
	c.Errors = d.errors(details.errors)
	c.ServiceChain = d.json(details.serviceChain)
}

func (d *decoder) request(r *RequestMeta, p *requestMetaPlaces) {
	r.ServiceURI = d.string(p.serviceURI)
	r.ServiceID = d.string(p.serviceID)
	r.Version = d.string(p.version)
	r.VersionID = d.string(p.versionID)
	r.TransactionDate = d.time(p.transactionDate)
	r.Purpose = d.string(p.callPurpose)
	r.SourceSystem = d.string(p.sourceSystem)
	r.CorrelationID = d.string(p.correlationID)
	r.RequestedOutputs = d.strings(p.requestedOutput)
	r.ServiceCategory = d.string(p.serviceCategory)
	r.CompilerType = d.string(p.compilerType)
	r.ArrayOutputs = d.strings(p.arrayOutputs)
	r.ResponseDataInputs = d.bool(p.responseDataInputs)
	r.ParameterSetVersionID = d.string(p.parameterSetVersionID)
	r.ValidationType = d.string(p.validationType)
	r.XReportOptions = d.json(p.xReportOptions)
}

// The methods below decode one field. Where they take several places, the first
// that has something readable counts.

func (d *decoder) string(places ...place) string {
	for _, p := range places {
		value, ok := d.value(p)
		if !ok {
			continue
		}
		text, ok := d.scalar(value)
		if !ok {
			d.unreadable(p, kindOf(value)+" where a string should be")
		} else if text != "" {
			return text
		}
	}
	return ""
}

func (d *decoder) time(places ...place) time.Time {
	for _, p := range places {
		text, ok := d.unpadded(p)
		if !ok {
			continue
		}
		t, err := parseTimestamp(text)
		if err == nil {
			return t
		}
		d.unreadable(p, err.Error())
	}
	return time.Time{}
}

func (d *decoder) millis(places ...place) time.Duration {
	for _, p := range places {
		text, ok := d.unpadded(p)
		if !ok {
			continue
		}
		duration, err := parseMillis(text)
		if err == nil {
			return duration
		}
		d.unreadable(p, err.Error())
	}
	return 0
}

func (d *decoder) bool(p place) bool {
	text, ok := d.unpadded(p)
	switch {
	case !ok, strings.EqualFold(text, "false"):
		return false
	case strings.EqualFold(text, "true"):
		return true
	}
	d.unreadable(p, "neither true nor false")
	return false
}

// strings decodes a list of strings; a single string is a list of one.
func (d *decoder) strings(p place) []string {
	value, ok := d.value(p)
	if !ok {
		return nil
	}
	if value[0] != '[' {
		if text := d.string(p); text != "" {
			return []string{text}
		}
		return nil
	}
	var list []string
	for _, e := range entriesOf(value, 1) {
		text, ok := d.scalar(e.Value.In(value))
		if !ok {
			d.unreadable(p, "not a list of strings")
			return nil
		}
		list = append(list, text)
	}
	return list
}

// json copies a value of a kind that is not known.
func (d *decoder) json(p place) json.RawMessage {
	value, ok := d.value(p)
	if !ok {
		return nil
	}
	return json.RawMessage(value)
}

func (d *decoder) values(p place, m *members) Values {
	value, ok := d.value(p)
	if !ok {
		return Values{}
	}
	if value[0] != '{' {
		d.unreadable(p, kindOf(value)+" where an object should be")
	}
	m.json = value
	return Values{m}
}

// objects reports places that hold something else than the object they should.
func (d *decoder) objects(places ...place) {
	for _, p := range places {
		if value, ok := d.value(p); ok && value[0] != '{' {
			d.unreadable(p, kindOf(value)+" where an object should be")
		}
	}
}

// value returns the JSON text of a member, and whether it is there and not null.
func (d *decoder) value(p place) (value string, ok bool) {
	if p == 0 {
		return "", false
	}
	value = d.entries[p-1].Value.In(d.text)
	return value, value != "null"
}

// unpadded returns the text of a member that holds a string or another scalar,
// without white space around it. It is not ok where nothing is left.
func (d *decoder) unpadded(p place) (text string, ok bool) {
	value, ok := d.value(p)
	if !ok {
		return "", false
	}
	if value[0] == '"' {
		value = strings.TrimSpace(d.unquote(value))
	}
	return value, value != ""
}

// scalar returns the text of a string or a number, and whether value is one.
func (d *decoder) scalar(value string) (text string, ok bool) {
	switch c := value[0]; {
	case c == '"':
		return d.unquote(value), true
	case c == '-' || '0' <= c && c <= '9':
		return value, true
	}
	return "", false
}

// unquote decodes a JSON string.
func (d *decoder) unquote(value string) string {
	inside := value[1 : len(value)-1]
	if !d.lossy && strings.IndexByte(inside, '\\') < 0 {
		return inside
	}
	return jsonscan.Unquote(inside)
}

// unreadable reports a place, once though several fields may have asked for it.
func (d *decoder) unreadable(p place, reason string) {
	path := d.path(p)
	for _, known := range d.record.problems {
		if known.Path == path {
			return
		}
	}
	d.problem(path, d.entries[p-1].Value.In(d.text), reason)
}

// path says where a place is, as in $.EngineDetails.response_meta.version: behind
// the nearest entries before it that are less deep.
func (d *decoder) path(p place) string {
	path, depth := "", recordDepth+1
	for _, e := range slices.Backward(d.entries[:p]) {
		if int(e.Depth) < depth {
			path, depth = "."+e.Name(d.text)+path, int(e.Depth)
		}
	}
	return "$" + path
}

func (d *decoder) problem(path, raw, reason string) {
	d.record.problems = append(d.record.problems, Problem{Path: path, Raw: raw, Reason: reason})
}

// entriesOf returns the members or elements of a value that has been scanned before.
// Of one that isn't complete, it returns those up to where it ends.
func entriesOf(value string, depth int) []jsonscan.Entry {
	var scanner jsonscan.Scanner[string]
	_, _ = scanner.Scan(value, 0, depth) // in a record, it was valid
	return scanner.Entries
}
