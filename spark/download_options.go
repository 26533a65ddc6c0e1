package spark

import "time"

// SaveOption changes how a file is saved or written: by [Job.Save], [Job.Write],
// [Service.SaveWorkbook], [Service.WriteWorkbook] and [Service.Export]. A nil option
// is ignored.
type SaveOption interface {
	WorkbookOption
	ExportOption
}

type saveOptions struct {
	overwrite  bool
	onProgress func(DownloadProgress)
}

type saveOption func(*saveOptions)

func (o saveOption) applyWorkbook(options *workbookOptions) { o(&options.saveOptions) }
func (o saveOption) applyExport(options *exportOptions)     { o(&options.saveOptions) }

// WithOverwrite replaces an existing file. The old one stays until the new one is
// complete.
func WithOverwrite() SaveOption {
	return saveOption(func(o *saveOptions) { o.overwrite = true })
}

// WithDownloadProgress calls a function as the bytes of a file arrive: at the start, then a
// few times a second, and when the file is complete and checked.
func WithDownloadProgress(report func(DownloadProgress)) SaveOption {
	return saveOption(func(o *saveOptions) { o.onProgress = report })
}

// DownloadProgress reports how far a download has come.
type DownloadProgress struct {
	// Name is the file's name as the platform suggests it, without any directory;
	// empty where it suggests none.
	Name string
	// Bytes is how many have arrived, of Total. Total is -1 where it isn't known.
	Bytes, Total int64
	// Elapsed is the time since the download began.
	Elapsed time.Duration
	// Resumed is how many times the download continued after a failure.
	Resumed int
}
