package spark

// Format is what the files of an export are: [FormatJSON] or [FormatCSV]. The zero value is
// neither, and is refused.
type Format string

// The formats of an export. The platform has its own operations, and asks for
// its own permission, for each.
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
