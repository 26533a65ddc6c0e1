package stats

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/spark/record"
)

// numbersAndIDs match what differs between messages that have the same reason.
var numbersAndIDs = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|(\B-)?\d+([.,]\d+)*([eE][+-]?\d+)?`)

// reasonOf returns a message without its numbers and IDs, and with the type of the
// error if the message doesn't contain that.
func reasonOf(message, errorType string) string {
	reason := shorten(message)
	if strings.ContainsAny(reason, "0123456789") { // this check is much faster than the expression
		reason = numbersAndIDs.ReplaceAllLiteralString(reason, "…")
	}
	if errorType == "" || strings.Contains(message, errorType) {
		return reason
	}
	return reason + " (" + errorType + ")"
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

// maxReasons is how many reasons of each kind a report lists.
const maxReasons = 10

// reasons returns the most frequent names as reasons.
func (n *names) reasons() Reasons {
	members, others, _ := n.list(maxReasons)
	r := Reasons{Reasons: []Reason{}, Other: others.calls}
	for _, m := range members {
		r.Reasons = append(r.Reasons, Reason{Reason: m.name, Calls: m.tally.calls, Missed: m.missed})
	}
	return r
}
