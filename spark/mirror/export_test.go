package mirror

// WithStep has step called before whatever changes the folder, and in the middle
// of downloads. Its error is that of the disk.
func WithStep(options Options, step func(name string) error) Options {
	options.step = step
	return options
}

// WithRecordsAtOnce has records compared so many at a time.
func WithRecordsAtOnce(options Options, n int64) Options {
	options.recordsAtOnce = n
	return options
}
