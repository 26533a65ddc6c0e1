package parquet

import (
	"fmt"
	"io"
	"iter"

	format "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"

	"github.com/sparkgo/spark-go/spark/internal/version"
	"github.com/sparkgo/spark-go/spark/record"
)

// Write writes calls to a file with one row each. It goes through them twice, first
// to learn what columns they need, as the calls of an archive allow. It ends at the
// first error among the calls, or of the writer.
func Write(w io.Writer, calls iter.Seq2[*record.Call, error]) error {
	var schema Schema
	for call, err := range calls {
		if err != nil {
			return err
		}
		schema.Learn(call)
	}
	return schema.Write(w, calls)
}

// plainest is what every reader knows, old ones too. Some can't read what this
// format's second version has for texts where all of a page are null.
var plainest = &format.WriterConfig{
	Compression:     &format.Snappy,
	DataPageVersion: 1,
	Encodings:       map[format.Kind]encoding.Encoding{format.ByteArray: &format.Plain},
}

// groupBytes is about how much JSON a row group is made of. It bounds the memory
// that writing takes.
const groupBytes = 64 << 20

// Write writes calls to a file with one row each. The schema must have learnt from
// all of them; a value that it can't hold is an error. It ends at the first error
// among the calls, or of the writer.
func (s *Schema) Write(w io.Writer, calls iter.Seq2[*record.Call, error]) error {
	t := newTable(s)
	writer := format.NewWriter(w, t.schema(), plainest, format.DictionaryMaxBytes(1<<20), format.CreatedBy("spark-go", version.Module(), ""))
	inGroup := 0
	for call, err := range calls {
		if err != nil {
			return err
		}
		row, err := t.row(call)
		if err != nil {
			return fmt.Errorf("parquet: call %s: %w", call.ID, err)
		}
		if _, err := writer.WriteRows([]format.Row{row}); err != nil {
			return err
		}
		if inGroup += rowBytes(row); inGroup >= groupBytes {
			if err := writer.Flush(); err != nil {
				return err
			}
			inGroup = 0
		}
	}
	return writer.Close()
}

// rowBytes is about how much memory a row takes.
func rowBytes(row format.Row) int {
	size := 16 * len(row)
	for _, value := range row {
		if kind := value.Kind(); kind == format.ByteArray || kind == format.FixedLenByteArray {
			size += len(value.ByteArray())
		}
	}
	return size
}
