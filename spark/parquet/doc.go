// Package parquet writes exported calls as Parquet files, which DuckDB, Apache Spark,
// pandas and data warehouses can read directly. Use it to query archives that you have.
// Package mirror writes such files for the history of a service, and updates them.
//
//	archive, err := record.OpenArchive("calls.zip")
//	err = parquet.Write(file, archive.Calls())
//
// A file has one row per call. It has columns such as call_id, log_time, version and
// user, one column input_{name} for each input and one column output_{name} for each
// output. If two names differ only in upper and lower case, the second column ends in _2.
// An input or output that a call doesn't have is null. If it is null in all calls, it
// doesn't have a column. All columns may be null.
//
// The type of such a column is the first of these that represents all its values to the
// last digit:
//
//	booleans                          BOOLEAN
//	strings                           STRING
//	integers of 64 bits               INT64
//	numbers that a double represents  DOUBLE: 0.1 is one, 0.10000000000000001 isn't
//	numbers of up to 38 digits        DECIMAL(38, scale), with the scale of the longest fraction
//	other numbers                     STRING, as in the record
//	lists, tables, objects, mixtures  JSON, as in the record
//
// Times are TIMESTAMP in UTC with microseconds; further digits are cut off.
// calc_time_ms and total_time_ms are DOUBLE. warnings, errors and service_chain are JSON.
// Invalid UTF-8 in strings becomes U+FFFD. The file contains only these columns of a
// record, so keep the archive.
//
// # Several files
//
// Files that are to be read as one table must have the same columns. Write them with one
// [Schema] that has learned from the calls of all of them. If it learns more later, its
// columns or their types may change. [Schema.Equal] reports whether they have, so that the
// files must be written again.
//
// Before version 1.0, a minor version may change this API; CHANGELOG.md lists each change.
package parquet
