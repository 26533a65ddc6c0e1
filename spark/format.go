package spark

// Format is what the files of an export are: [JSON] or [CSV]. The zero value is
// neither, and is refused.
type Format string

// The formats of an export. The platform has its own operations, and asks for
// its own permission, for each.
const (
	JSON Format = "json"
	CSV  Format = "csv"
)

func (f Format) check() error {
	if f != JSON && f != CSV {
		return invalid("format", "%s is neither spark.JSON nor spark.CSV", clipQuoted(string(f)))
	}
	return nil
}
