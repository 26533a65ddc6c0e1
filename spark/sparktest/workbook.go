package sparktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbook makes an .xlsx file of a call with the sheets Inputs, Outputs and Call.
func workbook(c *Call) ([]byte, error) {
	file := excelize.NewFile()
	defer file.Close()
	if err := file.SetSheetName("Sheet1", "Inputs"); err != nil {
		return nil, err
	}
	if err := writeValues(file, "Inputs", c.Inputs); err != nil {
		return nil, err
	}
	if err := writeValues(file, "Outputs", c.Outputs); err != nil {
		return nil, err
	}
	if err := writeValues(file, "Call", callSheet(c)); err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if err := file.Write(&buf); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

func callSheet(c *Call) json.RawMessage {
	return object(
		"Call ID", c.ID, "Index", c.Index, "Log time", c.Time.Format(time.RFC3339Nano), "User name", c.User,
		"Folder", c.Folder, "Service", c.Service, "Version", c.Version, "Version ID", c.VersionID,
		"Call purpose", c.Purpose, "Source system", c.SourceSystem, "Correlation ID", c.CorrelationID,
		"Calc time (ms)", c.CalcTime.Milliseconds(), "Total time (ms)", c.TotalTime.Milliseconds(),
		"Errors", messageText(c.Errors), "Warnings", messageText(c.Warnings),
	)
}

// writeValues writes a row for each value: its name, then the value. A list of
// rows becomes a table beside its name.
func writeValues(file *excelize.File, sheet string, object json.RawMessage) error {
	if _, err := file.NewSheet(sheet); err != nil {
		return err
	}
	values, err := members(object)
	if err != nil {
		return err
	}
	line := 1
	for _, v := range values {
		for i, row := range grid(v) {
			if i == 0 {
				row = append([]any{v.name}, row...)
			} else {
				row = append([]any{nil}, row...)
			}
			if err := file.SetSheetRow(sheet, fmt.Sprintf("A%d", line), &row); err != nil {
				return err
			}
			line++
		}
	}
	return nil
}

// grid lays a value out in cells.
func grid(v value) [][]any {
	var list []json.RawMessage
	if json.Unmarshal(v.json, &list) != nil || len(list) == 0 {
		return [][]any{{cell(v)}}
	}
	var rows [][]any
	for i, element := range list {
		fields, err := members(element)
		if err != nil { // not a list of rows
			return [][]any{{string(v.json)}}
		}
		var header, cells []any
		for _, field := range fields {
			header, cells = append(header, field.name), append(cells, cell(field))
		}
		if i == 0 {
			rows = append(rows, header)
		}
		rows = append(rows, cells)
	}
	return rows
}

// cell is a value as a workbook holds it. A number that a float64 would
// change is written as text.
func cell(v value) any {
	var decoded any
	if json.Unmarshal(v.json, &decoded) != nil {
		return string(v.json)
	}
	switch decoded := decoded.(type) {
	case nil, bool, string:
		return decoded
	case float64:
		if strconv.FormatFloat(decoded, 'f', -1, 64) == string(v.json) {
			return decoded
		}
	}
	return string(v.json)
}
