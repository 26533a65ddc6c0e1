package spark

import (
	"fmt"
	"strings"
)

// DownloadError reports a download that did not complete.
type DownloadError struct {
	// What names the file for people.
	What string
	// Part is the part file that the next call resumes; empty where nothing was kept.
	Part string
	// Bytes is how many have arrived, of Total. Total is -1 where it isn't known.
	Bytes, Total int64
	// Err is what ended it: an [*APIError], a [*JobError], the context's error,
	// an error of the file system or the caller's writer, or one that matches
	// [record.ErrCorrupt].
	Err error
}

// Error implements error, on one line.
func (e *DownloadError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "download %s: ", e.What)
	if e.Bytes > 0 && e.Total >= 0 {
		fmt.Fprintf(&b, "after %d of %d bytes: ", e.Bytes, e.Total)
	} else if e.Bytes > 0 {
		fmt.Fprintf(&b, "after %d bytes: ", e.Bytes)
	}
	b.WriteString(oneLine(e.Err.Error()))
	if e.Part != "" {
		fmt.Fprintf(&b, "; the part already downloaded is kept in %s, save to the same path to resume", e.Part)
	}
	return b.String()
}

// Unwrap returns what ended the download.
func (e *DownloadError) Unwrap() error { return e.Err }
