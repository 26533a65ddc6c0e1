// Package record reads Coherent Spark's records of calls: single records as JSON, and
// the ZIP archives of CSV and JSON exports. It needs neither a network nor a client.
//
//	archive, err := record.OpenArchive("calls.zip")
//	if err != nil {
//		return err
//	}
//	defer archive.Close()
//	for call, err := range archive.Calls() {
//		if err != nil {
//			return err
//		}
//		premium, err := record.ValueAs[json.Number](call.Outputs, "Premium")
//		if err != nil {
//			return err
//		}
//		fmt.Println(call.ID, premium)
//	}
//
// I want to …
//
//	read an archive of a JSON export     OpenArchive, Archive.Calls
//	read an archive of a CSV export      OpenArchive, Archive.Rows
//	read a JSON file or a response       ReadCalls, ParseCall
//	read a CSV file                      ReadRows
//	get one input or output              ValueAs, Values.Get
//	get all of them into my own struct   Values.Decode
//	read a table                         Value.Table
//	unpack an archive                    Archive.Extract
//	check that an archive isn't damaged  Archive.Check
//	read larger files than the default   WithLimits
//
// One record is in memory at a time, whatever the size of the archive. Numbers keep
// every digit, and null never becomes zero. A record or a field that can't be read
// doesn't affect the others: see [ReadError] and [Call.Problems]. If several values or
// columns have the same name, the last one counts.
//
// Before version 1.0, a minor version may change this API; CHANGELOG.md lists each change.
package record
