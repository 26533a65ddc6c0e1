package parquet_test

import (
	"bytes"
	"fmt"
	"iter"
	"math/big"
	"strconv"

	format "github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/parquet"
	"github.com/sparkgo/spark-go/spark/record"
)

// contents is a file as it is read: the columns with their types, and the values of each
// row as text, without nulls.
type contents struct {
	names []string
	types map[string]string
	rows  []map[string]string
}

func readBack(t require.TestingT, file []byte) contents {
	opened, err := format.OpenFile(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	c := contents{types: map[string]string{}}
	fields := opened.Schema().Fields()
	for _, field := range fields {
		c.names = append(c.names, field.Name())
		c.types[field.Name()] = typeName(field)
	}
	reader := format.NewReader(opened)
	rows := make([]format.Row, 1)
	for {
		n, _ := reader.ReadRows(rows)
		if n == 0 {
			break
		}
		row := map[string]string{}
		for i, value := range rows[0] {
			if !value.IsNull() {
				row[fields[i].Name()] = asText(fields[i], value)
			}
		}
		c.rows = append(c.rows, row)
	}
	require.EqualValues(t, opened.NumRows(), len(c.rows))
	return c
}

func typeName(field format.Field) string {
	if logical := field.Type().LogicalType(); logical != nil {
		return logical.String()
	}
	return field.Type().Kind().String()
}

// scaleOf returns the scale of a decimal column.
func scaleOf(field format.Field) (scale int, ok bool) {
	var precision int
	n, _ := fmt.Sscanf(typeName(field), "DECIMAL(%d,%d)", &precision, &scale)
	return scale, n == 2
}

func asText(field format.Field, value format.Value) string {
	switch scale, isDecimal := scaleOf(field); {
	case isDecimal:
		units := new(big.Int).SetBytes(value.ByteArray())
		if units.Bit(127) == 1 {
			units.Sub(units, new(big.Int).Lsh(big.NewInt(1), 128))
		}
		return new(big.Rat).SetFrac(units, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)).FloatString(scale)
	case value.Kind() == format.Boolean:
		return strconv.FormatBool(value.Boolean())
	case value.Kind() == format.Int64:
		return strconv.FormatInt(value.Int64(), 10)
	case value.Kind() == format.Double:
		return strconv.FormatFloat(value.Double(), 'g', -1, 64)
	}
	return string(value.ByteArray())
}

// callsWith returns calls with the given JSON objects as inputs.
func callsWith(t require.TestingT, inputs ...string) iter.Seq2[*record.Call, error] {
	var calls []*record.Call
	for i, object := range inputs {
		text := fmt.Sprintf(`{"EngineCallId":"%d","EngineDetails":{"request_data":{"inputs":%s}}}`, i, object)
		call, err := record.ParseCall([]byte(text))
		require.NoError(t, err)
		calls = append(calls, call)
	}
	return func(yield func(*record.Call, error) bool) {
		for _, call := range calls {
			if !yield(call, nil) {
				return
			}
		}
	}
}

func written(t require.TestingT, calls iter.Seq2[*record.Call, error]) contents {
	var file bytes.Buffer
	require.NoError(t, parquet.Write(&file, calls))
	return readBack(t, file.Bytes())
}
