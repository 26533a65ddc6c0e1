// Package record reads what Coherent Spark keeps of calls: single records as JSON,
// and the ZIP archives of CSV and JSON exports. It needs no network and no client.
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
//		…
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
//
// One record is in memory at a time, whatever the size of the archive, and numbers
// keep every digit. A record or field that can't be read doesn't stop the rest:
// see [ReadError] and [Call.Problems].
package record
