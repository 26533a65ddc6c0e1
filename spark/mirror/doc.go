// Package mirror keeps every call of a service since a given day in a local directory,
// and updates it. Use it for a history of your own, because the platform's history isn't
// a data store: to query all calls with SQL, to read them again and again, or to keep
// them for years. To read some calls once, use Service.Calls of package spark.
//
//	service := client.Service("my-folder", "my-service")
//	summary, err := mirror.Update(ctx, service, "history", mirror.Options{Since: spark.Date{Year: 2024, Month: 3, Day: 1}})
//
//	directory, err := mirror.Open("history")
//	for call, err := range directory.Calls() { … }
//
// # Windows
//
// The time since that day is divided into windows of whole days (UTC), and each window is
// one export. [Update] exports the windows that aren't final, so that each run fetches only
// what is new. A window is final if its export was started [Options].LookBack after its
// end, or later. Before that, calls of the window may still be logged or arrive late.
//
// Each export covers more than its window: [Options].Overlap on both sides. When the
// directory is read, a call belongs to the window that its log time lies in. So no call is
// missing or doubled where two windows meet. It doesn't matter whether the platform
// includes the bounds of an export, or whether it reads them as instants or as days.
//
// A record is identified by its call ID, its log time and its content, because exports
// don't contain the index of a v4 call's records. White space, the order of members,
// escapes and the form of a number (0, 0.0, 0e0) don't matter; every digit does. If an
// export contains a record twice, it is kept twice. If an earlier export of a window
// contained a call that a later one doesn't contain, the call is kept.
//
// A window is incomplete if its export contains a record or a file that can't be decoded.
// Everything else is kept, Update reports [ErrUnreadable], and each run exports the
// window again.
//
// An export may contain calls outside the requested time. The platform may log local
// times without a zone, read instants as local times, or ignore the filter. A call that
// belongs to another window is kept there if that window doesn't have it. Update reports
// [ErrOutside] if that window's export should have contained the call, or if the call lies
// further outside than rounding to days explains. An Overlap of 15 hours covers all local
// times.
//
// # Files
//
//	mirror.json                      what the directory contains, window by window
//	mirror.lock                      locked while an Update runs
//	zip/2026-03-02.1.zip             the platform's archive of the window that begins that day
//	zip/2026-03-02.1.rest.zip        calls of the window that only other exports contained
//	parquet/2026-03-02.parquet       the same calls as a table, with Options.Parquet
//	parquet/_schema.json             the columns of all tables
//
// The directory is valid at any time. Each file is written under another name, synced and
// renamed, and mirror.json names complete files only. If a run is killed, the next one
// resumes its export jobs and its downloads. Programs may read while an Update runs.
//
// mirror.json has the size, the checksum and the modification time of each file. Update
// replaces files that are missing or damaged. It checks a file if its modification time
// has changed, and with [Options].Verify it checks all files. Calls that the platform no
// longer has are recovered from the intact parts of a damaged archive. Update reports
// calls that are lost as [record.ErrCorrupt].
//
// # Workers
//
// Update fetches [Options].Parallel windows at the same time. Several processes or
// machines can share the reading: each opens the directory and takes some of
// [Directory.Windows]. Every call with a log time is in exactly one window.
//
// # Parquet
//
// Each Parquet file contains only the calls of its own window, and all files have the
// same columns. So programs can read the directory parquet as one table, and workers can
// share the files. They are written when all windows have been fetched. If new calls need
// other columns or wider types, all files are written again. They don't contain records
// that can't be decoded. A record without a log time may be in several of them.
//
//	SELECT version, count(*) FROM 'history/parquet/*.parquet' GROUP BY version
//
// # Errors
//
// An error says in one line what was tried and what to do. [errors.Is] matches it with
// the sentinels of this package, and with those of package spark for failures of the
// platform.
//
// # Compatibility
//
// Before version 1.0, a minor version may change this API; CHANGELOG.md lists each change.
package mirror
