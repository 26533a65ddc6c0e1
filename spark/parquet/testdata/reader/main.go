// Reader prints the types and the values of a Parquet file as JSON. Its Parquet library
// shares no code with the one of package parquet. It is a separate module, so that users
// of the package don't depend on this library.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"strconv"

	goparquet "github.com/fraugster/parquet-go"
	"github.com/fraugster/parquet-go/parquet"
)

func main() {
	if err := printFile(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func printFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	reader, err := goparquet.NewFileReader(file)
	if err != nil {
		return err
	}
	elements, types := map[string]*parquet.SchemaElement{}, map[string]string{}
	for _, column := range reader.GetSchemaDefinition().RootColumn.Children {
		element := column.SchemaElement
		elements[element.Name], types[element.Name] = element, typeName(element)
	}
	rows, err := readRows(reader, elements)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"types": types, "rows": rows})
}

// readRows returns the values of each row as text, without nulls.
func readRows(reader *goparquet.FileReader, elements map[string]*parquet.SchemaElement) (rows []map[string]string, err error) {
	for {
		values, err := reader.NextRow()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		row := map[string]string{}
		for name, value := range values {
			if row[name], err = asText(elements[name], value); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		rows = append(rows, row)
	}
}

// typeName returns the name of the type in SQL.
func typeName(e *parquet.SchemaElement) string {
	logical := e.GetLogicalType()
	switch {
	case logical == nil:
		return e.GetType().String()
	case logical.IsSetDECIMAL():
		return fmt.Sprintf("DECIMAL(%d,%d)", logical.DECIMAL.Precision, logical.DECIMAL.Scale)
	case logical.IsSetTIMESTAMP() && logical.TIMESTAMP.IsAdjustedToUTC && logical.TIMESTAMP.Unit.IsSetMICROS():
		return "TIMESTAMP WITH TIME ZONE"
	case logical.IsSetINTEGER() && logical.INTEGER.BitWidth == 64 && logical.INTEGER.IsSigned:
		return "BIGINT"
	case logical.IsSetSTRING():
		return "VARCHAR"
	case logical.IsSetJSON():
		return "JSON"
	}
	return logical.String()
}

func asText(e *parquet.SchemaElement, value any) (string, error) {
	switch value := value.(type) {
	case bool:
		return strconv.FormatBool(value), nil
	case int64:
		return strconv.FormatInt(value, 10), nil
	case float64:
		return strconv.FormatFloat(value, 'g', -1, 64), nil
	case []byte:
		if e.GetLogicalType().IsSetDECIMAL() {
			return decimalText(value, int(e.GetLogicalType().DECIMAL.Scale)), nil
		}
		return string(value), nil
	}
	return "", fmt.Errorf("a value of type %T", value)
}

// decimalText returns the number of a big-endian two's complement in units of 10^-scale.
func decimalText(bytes []byte, scale int) string {
	units := new(big.Int).SetBytes(bytes)
	if bytes[0] >= 0x80 {
		units.Sub(units, new(big.Int).Lsh(big.NewInt(1), uint(8*len(bytes))))
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
	return new(big.Rat).SetFrac(units, unit).FloatString(scale)
}
