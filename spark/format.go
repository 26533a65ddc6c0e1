package spark

// Format is the format of the files in an export: [FormatJSON] or [FormatCSV]. The
// zero value is refused.
type Format string

// The formats of an export. The platform has separate operations for them, which
// require different permissions.
const (
	FormatJSON Format = "json"
	FormatCSV  Format = "csv"
)

func (f Format) check() error {
	if f != FormatJSON && f != FormatCSV {
		return invalid("format", "%s is neither spark.FormatJSON nor spark.FormatCSV", clipQuoted(string(f)))
	}
	return nil
}
