// Package compare tells what differs between two calls, and between two archives
// call by call.
//
// It answers "why is this price different?":
//
//	diff := compare.Calls(yesterday, today, compare.Options{})
//	fmt.Print(diff) // nothing where nothing differs
//
// and "what did the new version change?":
//
//	report, err := compare.Archives(old.Calls(), new.Calls(), compare.ByInputs,
//		compare.Options{Ignore: []string{"metadata"}})
//
// Numbers are compared by value, digit for digit and never as floats: 1.0 is 1 and
// 1e2 is 100, but 0.1234567890123456789 isn't 0.1234567890123456788. A [Tolerance]
// lets small differences pass. Rows of tables are matched by a column that names
// them, where there is one, and else so that the fewest cells differ. A value that
// is missing isn't a value of null.
//
// The package is apart from spark so that programs which only fetch calls don't
// carry it.
package compare
