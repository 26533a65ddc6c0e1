package spark

import "time"

// SaveOption changes how a file is saved or written: for [Job.Save],
// [Job.WriteTo], [Service.SaveWorkbook], [Service.WriteWorkbook] and
// [Service.Export].
type SaveOption interface {
	WorkbookOption
	ExportOption
	applySave(*saveOptions)
}

type saveOptions struct {
	overwrite  bool
	onTransfer func(Transfer)
}

type saveOption func(*saveOptions)

func (o saveOption) applySave(options *saveOptions)         { o(options) }
func (o saveOption) applyWorkbook(options *workbookOptions) { o(&options.saveOptions) }
func (o saveOption) applyExport(options *exportOptions)     { o(&options.saveOptions) }

// Overwrite replaces an existing file. The old one stays until the new one is
// complete.
func Overwrite() SaveOption {
	return saveOption(func(o *saveOptions) { o.overwrite = true })
}

// OnTransfer calls a function as the bytes of a file arrive: at the start, then a
// few times a second, and when the file is complete and checked.
func OnTransfer(report func(Transfer)) SaveOption {
	return saveOption(func(o *saveOptions) { o.onTransfer = report })
}

// Transfer reports how far a download has come.
type Transfer struct {
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

func collectSave(opts []SaveOption) saveOptions {
	var options saveOptions
	for _, opt := range opts {
		if opt != nil {
			opt.applySave(&options)
		}
	}
	return options
}
