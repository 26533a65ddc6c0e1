package record

// place is where a known member stands: the number of its entry, counted from 1.
// Its zero value means that the record doesn't have it.
type place int32

// recordPlaces is where the known members of a record stand, in the shape of the
// record. Each type of this file has a method that gives the place for a name, or
// nil for a member that is not known.
type recordPlaces struct {
	engineCallID, logTime, transactionDate, sourceSystem, purpose, userName, hostName,
	tenant, service, product, engineDetails, calcTime, sparkTotalTime, serviceRevision,
	apiVersion, controlLogReference place

	details      detailPlaces
	requestMeta  requestMetaPlaces
	responseMeta responseMetaPlaces
}

// find notes the place of each known member. Of several with the same name the
// last one stays, so that a record reads as encoding/json would read it.
func (r *recordPlaces) find(d *decoder) {
	var outer, inner string // names of the members around, at depth 1 and 2
	for i, e := range d.entries {
		var found *place
		name := e.Name(d.text)
		switch {
		case e.Depth == 1:
			outer, inner = name, ""
			found = r.place(name)
		case outer != "EngineDetails":
			continue
		case e.Depth == 2:
			inner = name
			found = r.details.place(name)
		case inner == "request_meta":
			found = r.requestMeta.place(name)
		case inner == "response_meta":
			found = r.responseMeta.place(name)
		case inner == "request_data" && name == "inputs":
			found = &r.details.inputs
		case inner == "response_data":
			found = r.details.response(name)
		}
		if found != nil {
			*found = place(i + 1)
		}
	}
}

func (r *recordPlaces) place(name string) *place {
	switch name {
	case "EngineCallId":
		return &r.engineCallID
	case "LogTime":
		return &r.logTime
	case "TransactionDate":
		return &r.transactionDate
	case "SourceSystem":
		return &r.sourceSystem
	case "Purpose":
		return &r.purpose
	case "UserName":
		return &r.userName
	case "HostName":
		return &r.hostName
	case "Tenant":
		return &r.tenant
	case "Service":
		return &r.service
	case "Product":
		return &r.product
	case "EngineDetails":
		return &r.engineDetails
	case "CalcTime":
		return &r.calcTime
	case "SparkTotalTime":
		return &r.sparkTotalTime
	case "ServiceRevision":
		return &r.serviceRevision
	case "APIVersion":
		return &r.apiVersion
	case "ControlLogReference":
		return &r.controlLogReference
	}
	return nil
}

// detailPlaces are the members of EngineDetails, of its request_data and of its
// response_data.
type detailPlaces struct {
	requestData, requestMeta, responseData, responseMeta place
	inputs, outputs, warnings, errors, serviceChain      place
}

func (p *detailPlaces) place(name string) *place {
	switch name {
	case "request_data":
		return &p.requestData
	case "request_meta":
		return &p.requestMeta
	case "response_data":
		return &p.responseData
	case "response_meta":
		return &p.responseMeta
	}
	return nil
}

func (p *detailPlaces) response(name string) *place {
	switch name {
	case "outputs":
		return &p.outputs
	case "warnings":
		return &p.warnings
	case "errors":
		return &p.errors
	case "service_chain":
		return &p.serviceChain
	}
	return nil
}

type requestMetaPlaces struct {
	serviceURI, serviceID, version, versionID, transactionDate, callPurpose, sourceSystem,
	correlationID, requestedOutput, serviceCategory, compilerType, arrayOutputs,
	responseDataInputs, parameterSetVersionID, validationType, xReportOptions place
}

func (p *requestMetaPlaces) place(name string) *place {
	switch name {
	case "service_uri":
		return &p.serviceURI
	case "service_id":
		return &p.serviceID
	case "version":
		return &p.version
	case "version_id":
		return &p.versionID
	case "transaction_date":
		return &p.transactionDate
	case "call_purpose":
		return &p.callPurpose
	case "source_system":
		return &p.sourceSystem
	case "correlation_id":
		return &p.correlationID
	case "requested_output":
		return &p.requestedOutput
	case "service_category":
		return &p.serviceCategory
	case "compiler_type":
		return &p.compilerType
	case "array_outputs":
		return &p.arrayOutputs
	case "response_data_inputs":
		return &p.responseDataInputs
	case "parameterset_version_id":
		return &p.parameterSetVersionID
	case "validation_type":
		return &p.validationType
	case "xreport_options":
		return &p.xReportOptions
	}
	return nil
}

type responseMetaPlaces struct {
	sparkTotalTime, serviceID, versionID, version, processTime, callID, compilerType,
	compilerVersion, sourceHash, engineID, correlationID, parameterSetVersionID, system,
	requestTimestamp place
}

func (p *responseMetaPlaces) place(name string) *place {
	switch name {
	case "spark_total_time":
		return &p.sparkTotalTime
	case "service_id":
		return &p.serviceID
	case "version_id":
		return &p.versionID
	case "version":
		return &p.version
	case "process_time":
		return &p.processTime
	case "call_id":
		return &p.callID
	case "compiler_type":
		return &p.compilerType
	case "compiler_version":
		return &p.compilerVersion
	case "source_hash":
		return &p.sourceHash
	case "engine_id":
		return &p.engineID
	case "correlation_id":
		return &p.correlationID
	case "parameterset_version_id":
		return &p.parameterSetVersionID
	case "system":
		return &p.system
	case "request_timestamp":
		return &p.requestTimestamp
	}
	return nil
}
