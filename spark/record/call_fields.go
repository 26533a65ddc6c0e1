package record

import (
	"strings"
)

// Prefixes of the paths below.
const (
	engineDetails = "EngineDetails."
	requestMeta   = engineDetails + "request_meta."
	responseData  = engineDetails + "response_data."
	responseMeta  = engineDetails + "response_meta."
)

// callObjects are the members that contain other known members.
var callObjects = knownMembers("EngineDetails", engineDetails+"request_data", engineDetails+"request_meta", engineDetails+"response_data", engineDetails+"response_meta")

// callStrings are the fields of a Call that are strings. Each is decoded from the first
// of its members that has something readable.
var callStrings = []struct {
	pointer func(*Call) *string
	members []callMember
}{
	{func(c *Call) *string { return &c.ID }, knownMembers("EngineCallId", responseMeta+"call_id")},
	{func(c *Call) *string { return &c.Folder }, knownMembers("Product")},
	{func(c *Call) *string { return &c.Service }, knownMembers("Service")},
	{func(c *Call) *string { return &c.ServiceID }, knownMembers(responseMeta+"service_id", requestMeta+"service_id")},
	{func(c *Call) *string { return &c.Version }, knownMembers(responseMeta+"version", requestMeta+"version", "ServiceRevision")},
	{func(c *Call) *string { return &c.VersionID }, knownMembers(responseMeta+"version_id", requestMeta+"version_id")},
	{func(c *Call) *string { return &c.Revision }, knownMembers("ServiceRevision")},
	{func(c *Call) *string { return &c.ParameterSetVersionID }, knownMembers(responseMeta+"parameterset_version_id", requestMeta+"parameterset_version_id")},
	{func(c *Call) *string { return &c.Tenant }, knownMembers("Tenant")},
	{func(c *Call) *string { return &c.Host }, knownMembers("HostName")},
	{func(c *Call) *string { return &c.User }, knownMembers("UserName")},
	{func(c *Call) *string { return &c.Purpose }, knownMembers("Purpose", requestMeta+"call_purpose")},
	{func(c *Call) *string { return &c.SourceSystem }, knownMembers("SourceSystem", requestMeta+"source_system")},
	{func(c *Call) *string { return &c.CorrelationID }, knownMembers(responseMeta+"correlation_id", requestMeta+"correlation_id")},
	{func(c *Call) *string { return &c.CompilerType }, knownMembers(responseMeta+"compiler_type", requestMeta+"compiler_type")},
	{func(c *Call) *string { return &c.CompilerVersion }, knownMembers(responseMeta + "compiler_version")},
	{func(c *Call) *string { return &c.APIVersion }, knownMembers("APIVersion")},
	{func(c *Call) *string { return &c.EngineID }, knownMembers(responseMeta + "engine_id")},
	{func(c *Call) *string { return &c.System }, knownMembers(responseMeta + "system")},
	{func(c *Call) *string { return &c.SourceHash }, knownMembers(responseMeta + "source_hash")},
	{func(c *Call) *string { return &c.ControlLogReference }, knownMembers("ControlLogReference")},
	{func(c *Call) *string { return &c.Request.ServiceURI }, knownMembers(requestMeta + "service_uri")},
	{func(c *Call) *string { return &c.Request.ServiceID }, knownMembers(requestMeta + "service_id")},
	{func(c *Call) *string { return &c.Request.Version }, knownMembers(requestMeta + "version")},
	{func(c *Call) *string { return &c.Request.VersionID }, knownMembers(requestMeta + "version_id")},
	{func(c *Call) *string { return &c.Request.Purpose }, knownMembers(requestMeta + "call_purpose")},
	{func(c *Call) *string { return &c.Request.SourceSystem }, knownMembers(requestMeta + "source_system")},
	{func(c *Call) *string { return &c.Request.CorrelationID }, knownMembers(requestMeta + "correlation_id")},
	{func(c *Call) *string { return &c.Request.ServiceCategory }, knownMembers(requestMeta + "service_category")},
	{func(c *Call) *string { return &c.Request.CompilerType }, knownMembers(requestMeta + "compiler_type")},
	{func(c *Call) *string { return &c.Request.ParameterSetVersionID }, knownMembers(requestMeta + "parameterset_version_id")},
	{func(c *Call) *string { return &c.Request.ValidationType }, knownMembers(requestMeta + "validation_type")},
}

// Members of the other fields of a Call.
var (
	logTimeMembers         = knownMembers("LogTime")
	transactionDateMembers = knownMembers("TransactionDate", requestMeta+"transaction_date")
	requestTimeMembers     = knownMembers(responseMeta + "request_timestamp")
	calcTimeMembers        = knownMembers("CalcTime", responseMeta+"process_time")
	totalTimeMembers       = knownMembers("SparkTotalTime", responseMeta+"spark_total_time")

	requestDateMembers        = knownMembers(requestMeta + "transaction_date")
	requestedOutputsMembers   = knownMembers(requestMeta + "requested_output")
	arrayOutputsMembers       = knownMembers(requestMeta + "array_outputs")
	responseDataInputsMembers = knownMembers(requestMeta + "response_data_inputs")
	xReportOptionsMembers     = knownMembers(requestMeta + "xreport_options")

	inputsMembers       = knownMembers(engineDetails + "request_data.inputs")
	outputsMembers      = knownMembers(responseData + "outputs")
	warningsMembers     = knownMembers(responseData + "warnings")
	errorsMembers       = knownMembers(responseData + "errors")
	serviceChainMembers = knownMembers(responseData + "service_chain")
)

// call decodes all fields of a call.
func (d *callDecoder) call(c *Call) {
	for _, m := range callObjects {
		d.object(m)
	}
	for _, field := range callStrings {
		*field.pointer(c) = d.string(field.members)
	}
	c.LogTime = d.time(logTimeMembers)
	c.TransactionDate = d.time(transactionDateMembers)
	c.RequestTime = d.time(requestTimeMembers)
	c.CalcTime = d.millis(calcTimeMembers)
	c.TotalTime = d.millis(totalTimeMembers)
	c.Request.TransactionDate = d.time(requestDateMembers)
	c.Request.RequestedOutputs = d.strings(requestedOutputsMembers)
	c.Request.ArrayOutputs = d.strings(arrayOutputsMembers)
	c.Request.ResponseDataInputs = d.bool(responseDataInputsMembers)
	c.Request.XReportOptions = d.json(xReportOptionsMembers)
	c.Inputs = d.namedValues(inputsMembers)
	c.Outputs = d.namedValues(outputsMembers)
	c.Warnings = d.warnings(warningsMembers)
	c.Errors = d.errors(errorsMembers)
	c.ServiceChain = d.json(serviceChainMembers)
}

// knownMember is a member of a record that the decoder knows, or the record itself.
type knownMember struct {
	number  callMember
	members map[string]*knownMember // the known members of an object
}

var (
	knownRecord = &knownMember{members: map[string]*knownMember{}}
	knownCount  callMember // how many known members there are
)

// knownMembers returns the numbers of the members with the given paths. It adds those
// that are new to the known members.
func knownMembers(paths ...string) []callMember {
	numbers := make([]callMember, len(paths))
	for i, path := range paths {
		member := knownRecord
		for name := range strings.SplitSeq(path, ".") {
			member = member.add(name)
		}
		numbers[i] = member.number
	}
	return numbers
}

func (k *knownMember) add(name string) *knownMember {
	member := k.members[name]
	if member == nil {
		member = &knownMember{number: knownCount, members: map[string]*knownMember{}}
		k.members[name] = member
		knownCount++
	}
	return member
}

// findMembers finds the entry of each known member, and reports whether there are any.
// If several members have the same name, the last one counts, as in encoding/json.
func (d *callDecoder) findMembers() (ok bool) {
	objects := [recordDepth + 2]*knownMember{1: knownRecord} // around the entry, by the depth of their members
	for i, e := range d.entries {
		var member *knownMember
		if outer := objects[e.Depth]; outer != nil {
			if member = outer.members[e.Name(d.text)]; member != nil {
				d.found[member.number] = int32(i + 1)
				ok = true
			}
		}
		objects[e.Depth+1] = member
	}
	return ok
}
