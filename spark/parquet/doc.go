// Package parquet writes exported calls as Parquet files, which DuckDB, Spark the
// engine, pandas and data warehouses read as they are.
//
//	archive, err := record.OpenArchive("calls.zip")
//	err = parquet.Write(file, archive.Calls())
//
// A file has one row a call: columns such as call_id, log_time, version and user,
// one column input_{name} for each input and one column output_{name} for each
// output. All may be null. Names that differ in upper and lower case only are
// numbered. An input or output that is null, or that a call doesn't have, is null;
// one that is null in all calls has no column.
//
// The type of such a column is the first of these that holds all its values,
// to the last digit:
//
//	booleans                          BOOLEAN
//	strings                           STRING
//	whole numbers of 64 bits          INT64
//	numbers that a double gives back  DOUBLE: 0.1 is one, 0.10000000000000001 isn't
//	numbers of up to 38 digits        DECIMAL(38, scale), with the scale of the longest fraction
//	other numbers                     STRING, as the record has them
//	lists, tables, objects, mixtures  JSON, as the record has it
//
// Times are TIMESTAMP in UTC with microseconds; further digits are cut off.
// calc_time_ms and total_time_ms are DOUBLE, warnings, errors and service_chain are
// JSON. Strings with invalid UTF-8 have U+FFFD in its place. What else a record
// holds isn't in the file: keep the archive.
//
// # Several files
//
// Files written by one [Schema] that has learnt from all their calls have the same
// columns, so that they can be read as one table. A schema that has learnt more may
// need other columns, or other types for them, than before: [Schema.Equal] tells
// whether files are to be written again.
package parquet
