package record

import (
	"encoding/json"
	"slices"
	"strings"
)

// ModelWarning is a warning of the model. If the record has something else than an object
// for it, that is the Message.
type ModelWarning struct {
	SourcePath string `json:"source_path,omitempty"` // the cell or input that it is about
	Message    string `json:"message"`               // if the record has none, the reason as for a [ModelError]
}

// ModelError is an error of the model. If the record has something else than an object
// for it, that is the Message.
type ModelError struct {
	SourcePath        string          `json:"source_path,omitempty"` // the cell or input that it is about
	Message           string          `json:"message"`               // may be empty; [ModelError.String] then returns the reason
	Category          string          `json:"error_category,omitempty"`
	Type              string          `json:"error_type,omitempty"`
	AdditionalDetails json.RawMessage `json:"additional_details,omitempty"` // a string or an object of string lists; nil if there are none
}

// String returns the message, after the source path if there is one. It is "no message"
// if the record doesn't give a reason.
func (w ModelWarning) String() string { return withPlace(w.SourcePath, w.Message) }

// String returns why the model failed, after the source path if there is one: the
// message, else the additional details with category and type in parentheses, else
// category and type alone, else "no message".
func (e ModelError) String() string { return withPlace(e.SourcePath, e.reason()) }

func withPlace(place, reason string) string {
	if strings.TrimSpace(reason) == "" {
		reason = "no message" // so that no error looks like none
	}
	return joinTexts(": ", place, reason)
}

func (e ModelError) reason() string {
	if strings.TrimSpace(e.Message) != "" {
		return e.Message
	}
	kind := joinTexts(", ", e.Category, e.Type)
	details := detailsText(e.AdditionalDetails)
	if details != "" && kind != "" {
		return details + " (" + kind + ")"
	}
	return details + kind
}

// detailsText returns additional details in words: a string unchanged, and lists of
// strings by name. Anything else stays JSON.
func detailsText(details json.RawMessage) string {
	var one string
	if json.Unmarshal(details, &one) == nil {
		return one
	}
	if list, ok := textsOf(details); ok {
		return strings.Join(list, ", ")
	}
	if !json.Valid(details) || details[0] != '{' {
		return string(details)
	}
	var named []string
	for name, value := range (Values{&jsonObject{json: string(details)}}).All() {
		list, ok := textsOf(value.JSON())
		if !ok {
			list = []string{value.String()}
		}
		named = append(named, joinTexts(": ", name, strings.Join(list, ", ")))
	}
	return strings.Join(named, "; ")
}

// textsOf returns the strings of a list of strings.
func textsOf(list json.RawMessage) (texts []string, ok bool) {
	return texts, json.Unmarshal(list, &texts) == nil && list[0] == '['
}

// joinTexts joins the texts that are not empty.
func joinTexts(separator string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), separator)
}
