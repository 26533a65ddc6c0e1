package stats

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/spark/record"
)

// numbersAndIDs are what differs between messages that have the same reason.
var numbersAndIDs = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|(\B-)?\d+([.,]\d+)*([eE][+-]?\d+)?`)

// reasonOf returns a message as it is counted, with the type of an error if the
// message doesn't have it.
func reasonOf(message, typed string) string {
	reason := shorten(message)
	if strings.ContainsAny(reason, "0123456789") { // which is much faster to find out
		reason = numbersAndIDs.ReplaceAllLiteralString(reason, "…")
	}
	if typed == "" || strings.Contains(message, typed) {
		return reason
	}
	return reason + " (" + typed + ")"
}

// errorReasons returns the reasons of a call's errors, each once.
func errorReasons(errors []record.ModelError) []string {
	reasons := make([]string, len(errors))
	for i, e := range errors {
		e.SourcePath = ""
		reasons[i] = reasonOf(e.String(), e.Type)
	}
	slices.Sort(reasons)
	return slices.Compact(reasons)
}

// warningReasons returns the reasons of a call's warnings, each once.
func warningReasons(warnings []record.ModelWarning) []string {
	reasons := make([]string, len(warnings))
	for i, w := range warnings {
		w.SourcePath = ""
		reasons[i] = reasonOf(w.String(), "")
	}
	slices.Sort(reasons)
	return slices.Compact(reasons)
}

// cellReasons returns the reason in a cell of details: all of it, since a CSV file
// doesn't say where one message ends.
func cellReasons(details string) []string {
	switch details = strings.TrimSpace(details); details {
	case "", "[]", "{}", "null":
		return nil
	}
	return []string{reasonOf(details, "")}
}

// maxReasons is how many reasons a report has of each kind.
const maxReasons = 10

// reasons returns the most frequent names as reasons.
func (n *names) reasons() Reasons {
	found := n.breakdown(maxReasons)
	r := Reasons{Reasons: []Reason{}}
	for _, group := range found.Groups {
		r.Reasons = append(r.Reasons, Reason{Reason: group.Name, Calls: group.Calls, Missed: group.Missed})
	}
	if found.Other != nil {
		r.Other = found.Other.Calls
	}
	return r
}
