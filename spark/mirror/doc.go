// Package mirror keeps every call of a service since a given day in a local directory,
// because the platform's history isn't a data store.
//
//	service := client.Service("my-folder", "my-service")
//	summary, err := mirror.Update(ctx, service, "history", mirror.Options{Since: spark.Date{Year: 2024, Month: 3, Day: 1}})
//
//	directory, err := mirror.Open("history")
//	for call, err := range directory.Calls() { … }
//
// # Windows
//
// The time since that day is cut into windows of whole days (UTC), and each window is one
// export. [Update] exports the windows that aren't final, so that each run fetches only
// what is new. A window is final when its export was started [Options].LookBack after its
// end or later. Until then calls may still be logged, or arrive late.
//
// Each export asks for [Options].Overlap more on both sides of its window. When the
// directory is read, a call belongs to the one window that its log time lies in. So no
// call is missing or doubled where two windows meet, whether the platform includes the
// bounds or not, and whether it takes a bound as an instant, as a day or as a midnight.
//
// Exports don't give the index of a v4 call's records. A record is therefore identified
// by its call ID, log time and content. White space, the order of members, escapes and
// the form of a number (0, 0.0, 0e0) don't matter; every digit does. A record that an
// export contains twice is kept twice. A call that an earlier export of the window
// contained, and a later one doesn't, is kept.
//
// A window is incomplete if its export contains a record or a file that can't be decoded.
// Everything else is kept, Update reports [ErrUnreadable], and each run exports the
// window again.
//
// An export may contain calls outside the requested time: because the platform logs local
// times without a zone, reads instants as local times, or ignores the filter. A call that
// belongs to another window is kept there if that window doesn't have it. If that window's
// export should have contained it, or if the calls lie further outside than rounding to
// days explains, Update reports [ErrOutside]. An Overlap of 15 hours covers all local times.
//
// # Files
//
//	mirror.json                      what the directory contains, window by window
//	mirror.lock                      locked while an Update runs
//	zip/2026-03-02.1.zip             the platform's archive of the window that begins that day
//	zip/2026-03-02.1.rest.zip        calls of the window that only other exports contained
//	parquet/2026-03-02.parquet       the same calls as a table, with [Options].Parquet
//	parquet/_schema.json             the columns of all tables
//
// The directory is valid at any instant: each file is written under another name, synced
// and renamed, and mirror.json names complete files only. If a run is killed, the next
// one continues with its export jobs and its downloads. Programs may read while an Update
// runs.
//
// mirror.json has the size, the checksum and the modification time of each file. Update
// replaces files that are missing or damaged. It reads a file whose modification time has
// changed, and all files with [Options].Verify. Calls that the platform no longer has are
// recovered from those parts of a damaged archive that are intact. Update reports lost
// calls as [record.ErrCorrupt].
//
// # Workers
//
// Update fetches [Options].Parallel windows at once. Several processes or machines can
// share the reading: each opens the directory and takes some of [Directory.Windows].
// Every call with a log time is in exactly one window.
//
// # Parquet
//
// Each Parquet file contains the calls of its own window only, and all have the same
// columns. So readers can take the directory parquet as one table, and workers can share
// the files. They are written when all windows have been fetched. If new calls need other
// columns or wider types, all files are written again. A record that can't be decoded is
// not in them; one without a log time may be in several.
//
//	SELECT version, count(*) FROM 'history/parquet/*.parquet' GROUP BY version
//
// # Errors
//
// An error says in one line what was tried and what to do. [errors.Is] matches it with
// the sentinels of this package, and with those of package spark for failures of the
// platform.
package mirror
