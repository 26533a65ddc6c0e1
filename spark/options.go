package spark

import (
	"time"

	"github.com/sparkgo/spark-go/spark/record"
)

// CallOption changes how [Client.GetCall] and [Client.GetCalls] fetch a call. A nil
// option is ignored.
type CallOption interface {
	apply(*methodOptions)
	ofCalls()
}

// SearchOption changes how [Service.Search] lists calls. A nil option is ignored.
type SearchOption interface {
	apply(*methodOptions)
	ofSearches()
}

// WorkbookOption changes how a workbook is fetched and saved. [WithIndex],
// [WithLegacyWorkbook] and every [SaveOption] are workbook options. A nil option is
// ignored.
type WorkbookOption interface {
	apply(*methodOptions)
	ofWorkbooks()
}

// IndexOption is an option of calls and of workbooks; see [WithIndex].
type IndexOption interface {
	CallOption
	WorkbookOption
}

// ExportOption changes how [Service.Export], [Job.Save] and [Job.Write] wait and
// download. [WithArchiveLimits] and every [WaitOption] and [SaveOption] are export
// options. A nil option is ignored.
type ExportOption interface {
	apply(*methodOptions)
	ofExports()
}

// WaitOption changes how [Job.Wait] waits. Each is also an [ExportOption]. A nil option
// is ignored.
type WaitOption interface {
	ExportOption
	ofWaits()
}

// SaveOption changes how a file is saved or written: by [Job.Save], [Job.Write],
// [Service.SaveWorkbook], [Service.WriteWorkbook] and [Service.Export]. A nil option
// is ignored.
type SaveOption interface {
	WorkbookOption
	ExportOption
}

// methodOptions are what the options of all methods set.
type methodOptions struct {
	index       *int
	concurrency int

	pageSize    int
	oldestFirst bool

	legacyWorkbook bool
	overwrite      bool
	onDownload     func(DownloadProgress)

	wait          waitOptions
	archiveLimits record.Limits
}

type waitOptions struct {
	limit, outageLimit time.Duration
	poll               pollLimits
	onProgress         func(WaitProgress)
}

// methodOption implements all interfaces above. A function that returns one of them says
// what its option is for.
type methodOption func(*methodOptions)

func (o methodOption) apply(options *methodOptions) { o(options) }

func (methodOption) ofCalls()     {}
func (methodOption) ofSearches()  {}
func (methodOption) ofWorkbooks() {}
func (methodOption) ofExports()   {}
func (methodOption) ofWaits()     {}

func collect[O interface{ apply(*methodOptions) }](opts []O) methodOptions {
	var options methodOptions
	for _, opt := range opts {
		if any(opt) != nil {
			opt.apply(&options)
		}
	}
	return options
}

// WithIndex chooses one record of a call that was made with v4/execute, which takes
// several requests at once. The first is 0. Without this option the platform returns
// the last record.
func WithIndex(index int) IndexOption {
	return methodOption(func(o *methodOptions) { o.index = &index })
}

func checkIndex(index *int) error {
	if index != nil && *index < 0 {
		return invalid("WithIndex", "%d is negative; the first record is 0", *index)
	}
	return nil
}

// WithConcurrency sets how many calls [Client.GetCalls] fetches at the same time. 0
// means the default, 8. It has no effect on [Client.GetCall].
func WithConcurrency(requests int) CallOption {
	return methodOption(func(o *methodOptions) { o.concurrency = requests })
}

// WithOldestFirst lists the oldest calls first. By default the newest come first.
func WithOldestFirst() SearchOption {
	return methodOption(func(o *methodOptions) { o.oldestFirst = true })
}

// WithPageSize sets how many calls one request of a search lists, 100 to 1000. 0 means
// the default, 100.
func WithPageSize(calls int) SearchOption {
	return methodOption(func(o *methodOptions) { o.pageSize = calls })
}

// WithLegacyWorkbook fetches the workbook in the form for models of the legacy
// format, from the platform's older endpoint.
func WithLegacyWorkbook() WorkbookOption {
	return methodOption(func(o *methodOptions) { o.legacyWorkbook = true })
}

// WithArchiveLimits sets the limits for reading the archive that [Service.Export] opens
// and [Service.Calls] reads. It doesn't affect [Job.Save] and [Job.Write]: see
// [record.WithLimits].
func WithArchiveLimits(limits record.Limits) ExportOption {
	return methodOption(func(o *methodOptions) { o.archiveLimits = limits })
}

// WithProgress calls a function after each status request, failed ones included.
func WithProgress(report func(WaitProgress)) WaitOption {
	return methodOption(func(o *methodOptions) { o.wait.onProgress = report })
}

// WithWaitLimit ends the wait, not the job, after this time. 0 means the default, 24
// hours; negative means no limit but the context's.
func WithWaitLimit(limit time.Duration) WaitOption {
	return methodOption(func(o *methodOptions) { o.wait.limit = limit })
}

// WithOutageLimit ends the wait, not the job, when status requests have been failing
// for this long. 0 means the default, 5 minutes; negative means that the wait never
// gives up for this reason. Before the first usable response the limit is at most 30
// seconds, unless it is negative.
func WithOutageLimit(limit time.Duration) WaitOption {
	return methodOption(func(o *methodOptions) { o.wait.outageLimit = limit })
}

// WithPollInterval bounds the time between status requests. 0 means the default:
// 250 ms for min, 30 s for max. A Retry-After of the platform takes precedence.
func WithPollInterval(min, max time.Duration) WaitOption {
	return methodOption(func(o *methodOptions) { o.wait.poll = pollLimits{min, max} })
}

// WithOverwrite replaces an existing file. The old one stays until the new one is
// complete.
func WithOverwrite() SaveOption {
	return methodOption(func(o *methodOptions) { o.overwrite = true })
}

// WithDownloadProgress calls a function as the bytes of a file arrive: at the start, then a
// few times a second, and when the file is complete and checked.
func WithDownloadProgress(report func(DownloadProgress)) SaveOption {
	return methodOption(func(o *methodOptions) { o.onDownload = report })
}
