// Package stats summarizes the calls of a service: how many there were per day, how
// many had errors or warnings and why, and how long they took, in total and by
// version, user, purpose and source system. Use it to see how a service is used, what
// fails, and whether it has become slower.
//
//	report, err := stats.Calls(archive.Calls(), stats.Options{})
//	fmt.Print(report)
//
// A [Report] prints as text and marshals to JSON. The package
// [github.com/sparkgo/spark-go/spark/stats/webpage] writes it as a web page with
// charts.
//
// A report can also show how one value of the calls, such as an output, has drifted
// from month to month and from version to version: see [Options].Value.
//
// # Memory
//
// Each call is read once and not stored. A report of a thousand calls takes some hundred
// kilobytes of memory, and one of a hundred million calls a few tens of megabytes at
// most. In return, some figures are limited:
//
//   - The percentiles of times come from sketches and are within [Accuracy] of the
//     exact times. Counts and the longest times are exact.
//   - At most 256 names of each kind, such as users or reasons, are counted at a time. If
//     there are more, the rarest are counted together. A name that more than one in 256
//     calls has is always in the report. Its [Group] says how many of its calls may have
//     been counted together with other names.
//   - The latest 1,100 days with calls are counted one by one.
//   - The mean of a value is exact. Its percentiles come from a sample of its numbers,
//     which takes up to half a megabyte in each month and version: see [Distribution].
//
// Before version 1.0, a minor version may change this API; CHANGELOG.md lists each change.
package stats
