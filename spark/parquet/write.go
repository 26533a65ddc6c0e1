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

// Write writes calls to a file with one row per call. It iterates over the calls twice:
// the first time to learn which columns they need. The calls of an archive allow that.
// It ends at the first error of the calls or of the writer.
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

// compatible is what every reader supports, even an old one. Some can't read strings of
// the format's second version if all values of a page are null.
var compatible = &format.WriterConfig{
	Compression:     &format.Snappy,
	DataPageVersion: 1,
	Encodings:       map[format.Kind]encoding.Encoding{format.ByteArray: &format.Plain},
}

// maxGroupBytes is about how much memory the rows of a row group take. It bounds the
// memory that writing takes.
var maxGroupBytes = 64 << 20

// Write writes calls to a file with one row per call. The schema must have learnt from
// all of them: a value that doesn't fit is an error. Write ends at the first error of the
// calls or of the writer.
func (s *Schema) Write(w io.Writer, calls iter.Seq2[*record.Call, error]) error {
	t := newTable(s)
	writer := format.NewWriter(w, t.schema(), compatible, format.DictionaryMaxBytes(1<<20), format.CreatedBy("spark-go", version.Module(), ""))
	inGroup := 0
	for call, err := range calls {
		if err != nil {
			return err
		}
		row, err := t.rowOf(call)
		if err != nil {
			return fmt.Errorf("parquet: call %s: %w", call.ID, err)
		}
		if _, err := writer.WriteRows([]format.Row{row}); err != nil {
			return err
		}
		if inGroup += rowBytes(row); inGroup >= maxGroupBytes {
			if err := writer.Flush(); err != nil {
				return err
			}
			inGroup = 0
		}
	}
	return writer.Close()
}

// rowBytes returns about how much memory a row takes.
func rowBytes(row format.Row) int {
	size := 16 * len(row)
	for _, value := range row {
		if kind := value.Kind(); kind == format.ByteArray || kind == format.FixedLenByteArray {
			size += len(value.ByteArray())
		}
	}
	return size
}
