// Package mirror keeps every call of a service since a date in a local folder,
// because the platform's history is no data store.
//
//	service := client.Service("my-folder", "my-service")
//	summary, err := mirror.Update(ctx, service, "history", mirror.Options{Since: spark.Date{Year: 2024, Month: 3, Day: 1}})
//
//	folder, err := mirror.Open("history")
//	for call, err := range folder.Calls() { … }
//
// # Windows
//
// The time since that date is cut into windows of whole days (UTC), each of which
// is one export. [Update] exports those that the folder doesn't hold for good, so
// that run after run only what is new is fetched. A window is held for good when
// its export was started [Options].LookBack after its end: until then calls may
// still be logged, or arrive late, and each run exports it again.
//
// Each export asks for [Options].Overlap more on both sides, and what the log time
// says counts when the folder is read: a call belongs to the one window that its
// log time lies in. So none is missing or doubled at a seam, whether the platform
// counts bounds as inside or outside, and whether it takes an instant as it is, as
// its whole day, or as the midnight of its day.
//
// Exports don't have the index of a v4 call's records, so a record is identified by
// call ID, log time and contents, however these are written: blanks, the order of
// members, escapes and the form of a number (0, 0.0, 0e0) don't matter, and each digit
// does. Equal records are counted: what an export has twice stays there twice. A call
// that an earlier export had and a later one of the same window does not have is kept.
//
// A window is incomplete if its export has a record or a file that can't be decoded.
// Everything else is kept, Update reports [ErrUnreadable], and each run exports the
// window again.
//
// An export may have calls outside of the time that it was asked for, because the
// platform logs local times without a zone, takes instants for local times, or ignores
// the filter. Those that belong to another window of the mirror are kept there if it
// doesn't have them. If it should have had them, or if the calls lie further outside
// than days that are rounded, Update reports [ErrOutside]. An Overlap of 15 hours
// serves all local times.
//
// # Files
//
//	mirror.json                      what the folder holds, window by window
//	mirror.lock                      locked while an Update runs
//	zip/2026-03-02.1.zip             the platform's archive of the window that begins that day
//	zip/2026-03-02.1.rest.zip        its calls that only other exports had
//	parquet/2026-03-02.parquet       the same calls as a table, with [Options].Parquet
//	parquet/_schema.json             what is known of the columns
//
// The folder is valid at any instant: files are written aside, synced and renamed,
// and mirror.json speaks of whole files only. A run that was killed is completed by
// the next one, which goes on with jobs that were started and with downloads that
// broke off. Programs may read while an Update runs.
//
// mirror.json has the size, the checksum and the modification time of each file. An
// Update replaces files that are gone or damaged. It reads those whose modification
// time has changed, and all of them with [Options].Verify. What the platform no longer
// has is taken out of those parts of a damaged archive that are intact; what is lost
// is reported as [record.ErrCorrupt].
//
// # Workers
//
// Within a run, [Options].Parallel windows are fetched at once. What reads a folder
// can be shared as well, by several processes and machines: each opens it and takes
// some of [Folder.Windows]; every call with a log time is in one of them.
//
// # Parquet
//
// The Parquet files hold the calls of their windows only, and all have the same
// columns, so that readers take the folder parquet as one table, and several workers
// can share the files. They are written when all windows have been fetched. Where new
// calls need other columns or wider types than before, all files are written again.
// A record that can't be decoded isn't in them; one without a log time may be in
// several.
//
//	SELECT version, count(*) FROM 'history/parquet/*.parquet' GROUP BY version
//
// # Errors
//
// They say in one line what was tried and what to do. [errors.Is] tells them apart:
// the sentinels of this package, and those of package spark for what the platform
// refused.
package mirror
