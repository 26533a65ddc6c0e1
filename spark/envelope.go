package spark

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/internal/jsonscan"
	"github.com/sparkgo/spark-go/spark/internal/sniff"
)

// decodeEnvelope returns the response_data of a response, or an [*APIError]. The status
// comes first, because a response that isn't the platform's still has one.
func (s *operationState) decodeEnvelope(status int, header http.Header, body []byte) (json.RawMessage, error) {
	kind := kindOfStatus(status)
	body, err := sniff.WithoutMark(body)
	var envelope gen.Envelope
	if err == nil {
		envelope, err = s.operation.openEnvelope(body)
	}
	if wrongShape(err) {
		return nil, s.failure(status, header, cmp.Or(kind, ErrUnexpectedResponse), notEnvelope(body, err), body)
	}
	detail, failed := failureDetail(envelope)
	switch {
	case kind != nil && !failed:
		return nil, s.failure(status, header, kind, nil, body)
	case !failed && len(envelope.ResponseData) == 0:
		noData := errors.New("the response has no " + s.operation.dataMember())
		return nil, s.failure(status, header, ErrUnexpectedResponse, noData, body)
	case !failed:
		return envelope.ResponseData, nil
	}
	kind = cmp.Or(kind, kindOfType(deref(detail.ErrorType), deref(detail.Message)), ErrBadRequest)
	failure := s.failure(status, header, kind, nil, nil)
	failure.reported = true
	failure.Category, failure.Type, failure.Message = s.conceal(deref(detail.ErrorCategory)), s.conceal(deref(detail.ErrorType)), s.conceal(deref(detail.Message))
	if !isNull(detail.AdditionalDetails) {
		failure.Details = s.concealJSON(detail.AdditionalDetails)
	}
	return nil, failure
}

// The members of an envelope that contain the result.
var (
	dataMember       = memberName[gen.Envelope]("ResponseData")
	searchDataMember = memberName[gen.SearchEnvelope]("Data")
)

func memberName[E any](field string) string {
	found, _ := reflect.TypeFor[E]().FieldByName(field)
	name, _, _ := strings.Cut(found.Tag.Get("json"), ",")
	return name
}

func (o operation) dataMember() string {
	if o.id == opSearch.id {
		return searchDataMember
	}
	return dataMember
}

// openEnvelope decodes the envelope of a response to the operation. That of a search is
// older, but a gateway in front of it may respond in the newer form.
func (o operation) openEnvelope(body []byte) (envelope gen.Envelope, err error) {
	remainder, data := cutMember(body, o.dataMember())
	err = json.Unmarshal(remainder, &envelope)
	envelope.ResponseData = data
	if o.id != opSearch.id || wrongShape(err) {
		return envelope, err
	}
	var search gen.SearchEnvelope
	err = json.Unmarshal(remainder, &search)
	if string(data) == "null" && string(search.Count) == "0" {
		envelope.ResponseData = json.RawMessage("[]")
	}
	_, failed := failureDetail(envelope)
	if isNull(envelope.Error) && (failed || deref(search.ErrorCode) != "") {
		envelope.Error, _ = json.Marshal(gen.FailureDetail{ErrorType: search.ErrorCode, Message: search.Message}) // never fails
	}
	return envelope, err
}

// cutMember returns a JSON object with null for the value of a member, and the value,
// which stays a part of body. The value may be megabytes, and encoding/json would read
// it three times and copy it. Without such a member it returns body and nil.
func cutMember(body []byte, name string) (remainder, value []byte) {
	scanner := jsonscan.Scanner[[]byte]{Entries: make([]jsonscan.Entry, 0, 8)}
	if _, err := scanner.Scan(body, 0, 1); err != nil {
		return body, nil
	}
	for _, entry := range slices.Backward(scanner.Entries) {
		if string(body[entry.Key.Start:entry.Key.End]) == name {
			start, end := entry.Value.Start, entry.Value.End
			return slices.Concat(body[:start], []byte("null"), body[end:]), body[start:end:end]
		}
	}
	return body, nil
}

// wrongShape reports whether the error of json.Unmarshal means that the text is not a JSON
// object. If a member has another type than expected, the other members are decoded.
func wrongShape(err error) bool {
	if err == nil {
		return false
	}
	var member *json.UnmarshalTypeError
	return !errors.As(err, &member) || member.Field == ""
}

// failureDetail reads the error of an envelope. failed is true as well if only the
// status says so.
func failureDetail(envelope gen.Envelope) (detail gen.FailureDetail, failed bool) {
	status := deref(envelope.Status)
	failed = strings.EqualFold(status, "Error") || strings.EqualFold(status, "Failed")
	if isNull(envelope.Error) || string(envelope.Error) == `""` {
		return detail, failed
	}
	if err := json.Unmarshal(envelope.Error, &detail); err != nil && detail.Message == nil {
		// An error of another shape is shown as it is.
		message := string(envelope.Error)
		detail.Message = &message
	}
	return detail, true
}

// notEnvelope says what the response is instead of the platform's JSON.
func notEnvelope(body []byte, err error) error {
	trimmed := bytes.TrimSpace(body)
	switch {
	case errors.Is(err, sniff.ErrUTF16):
		return fmt.Errorf("the response can't be read: %w", err)
	case len(trimmed) == 0:
		return errors.New("the response is empty")
	case trimmed[0] == '<':
		return errors.New("the response is HTML, probably a gateway's, instead of the platform's JSON")
	}
	var other *json.UnmarshalTypeError // its text names a type of gen
	if errors.As(err, &other) {
		return fmt.Errorf("the response is not the platform's JSON: expected an object, found %s", other.Value)
	}
	return fmt.Errorf("the response is not the platform's JSON: %w", err)
}

func isNull(raw json.RawMessage) bool {
	return len(raw) == 0 || string(raw) == "null"
}

func deref[S ~string](value *S) string {
	if value == nil {
		return ""
	}
	return string(*value)
}
