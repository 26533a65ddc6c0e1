// Package compare finds what differs between two calls, or between two archives call by
// call. Use it to explain why a price differs, or to check what a new version of a model
// changes. It works on calls from anywhere: fetched, exported or mirrored.
//
// Why is this price different?
//
//	diff := compare.Calls(yesterday, today, compare.Options{})
//	fmt.Print(diff) // empty if nothing differs
//
// What did the new version change?
//
//	report, err := compare.Archives(old.Calls(), new.Calls(), compare.ByInputs,
//		compare.Options{Ignore: []string{"metadata"}})
//
// Numbers are compared by value, digit for digit and never as floats: 1.0 is 1 and 1e2
// is 100, but 0.1234567890123456789 isn't 0.1234567890123456788. A [Tolerance] allows
// small differences. The rows of two tables are matched by a column that identifies them.
// If there isn't one, they are matched so that the fewest cells differ. A missing value
// isn't the same as null.
//
// Before version 1.0, a minor version may change this API; CHANGELOG.md lists each change.
package compare
