// Package stats summarizes the calls of a service: how many there were per day, how
// many had errors or warnings and why, and how long they took, in total and by
// version, user, purpose and source system.
//
//	report, err := stats.Calls(archive.Calls(), stats.Options{})
//	fmt.Print(report)
//
// A [Report] prints as text, marshals to JSON, and is written as a web page with
// charts by [Report.WriteHTML].
//
// # Memory
//
// Calls are read once and none is kept: memory is the same for a thousand calls
// and for a hundred million, some hundred kilobytes where names are few and never
// more than some tens of megabytes. To that end
//
//   - p50, p95 and p99 come from sketches, and are within [Accuracy] of the exact
//     figures. Counts and the longest times are exact.
//   - 256 names of each kind, of users or reasons for example, are followed at a
//     time. When there are more, the rarest are put together with all others. A name
//     that more than one in 256 calls has is sure to be there, and its [Group] says
//     how many of its calls may have been put with the others before.
//   - the latest 1,100 days with calls are told apart.
//
// The package is apart from spark so that programs which only fetch calls don't
// carry it.
package stats
