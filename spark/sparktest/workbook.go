package sparktest

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The fixed parts of a workbook with three sheets, by the names of their files.
const (
	xmlHeader    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSchema   = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	relSchema    = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	pkgSchema    = `http://schemas.openxmlformats.org/package/2006/`
	sheetType    = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
	contentTypes = xmlHeader + `<Types xmlns="` + pkgSchema + `content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="` + sheetType + `worksheet+xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + sheetType + `sheet.main+xml"/></Types>`
	packageRels = xmlHeader + `<Relationships xmlns="` + pkgSchema + `relationships">` +
		`<Relationship Id="rId1" Type="` + relSchema + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`
)

// workbookFiles returns the files of an .xlsx file of a call with the sheets
// Inputs, Outputs and Call.
func workbookFiles(c *Call) []zipped {
	sheets := []struct {
		name   string
		values json.RawMessage
	}{{"Inputs", c.Inputs}, {"Outputs", c.Outputs}, {"Call", callSheet(c)}}
	files := []zipped{{"[Content_Types].xml", []byte(contentTypes)}, {"_rels/.rels", []byte(packageRels)}}
	var list, rels strings.Builder
	for i, sheet := range sheets {
		files = append(files, zipped{fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), worksheet(sheet.values)})
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d" r:id="rId%[2]d"/>`, sheet.name, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%[1]d.xml"/>`, i+1, relSchema)
	}
	return append(files,
		zipped{"xl/workbook.xml", fmt.Appendf(nil, `%s<workbook xmlns="%s" xmlns:r="%s"><sheets>%s</sheets></workbook>`, xmlHeader, mainSchema, relSchema, &list)},
		zipped{"xl/_rels/workbook.xml.rels", fmt.Appendf(nil, `%s<Relationships xmlns="%srelationships">%s</Relationships>`, xmlHeader, pkgSchema, &rels)},
	)
}

func callSheet(c *Call) json.RawMessage {
	return jsonObject(
		"Call ID", c.ID, "Index", c.Index, "Log time", c.Time.Format(time.RFC3339Nano), "User name", c.User,
		"Folder", c.Folder, "Service", c.Service, "Version", c.Version, "Version ID", c.VersionID,
		"Call purpose", c.Purpose, "Source system", c.SourceSystem, "Correlation ID", c.CorrelationID,
		"Calc time (ms)", c.CalcTime.Milliseconds(), "Total time (ms)", c.TotalTime.Milliseconds(),
		"Errors", messageText(c.Errors), "Warnings", messageText(c.Warnings),
	)
}

// worksheet writes a row for each value: its name, then the value.
func worksheet(values json.RawMessage) []byte {
	var buf bytes.Buffer
	fmt.Fprintf(&buf, `%s<worksheet xmlns="%s"><sheetData>`, xmlHeader, mainSchema)
	for _, v := range members(values) {
		fmt.Fprintf(&buf, "<row>%s%s</row>", cellXML(encode(v.name)), cellXML(v.json))
	}
	buf.WriteString("</sheetData></worksheet>")
	return buf.Bytes()
}

// cellXML returns a cell with a JSON value: a number if a float64 represents it
// exactly, else text.
func cellXML(v json.RawMessage) string {
	if string(v) == "null" {
		return "<c/>"
	}
	var number float64
	if json.Unmarshal(v, &number) == nil && strconv.FormatFloat(number, 'f', -1, 64) == string(v) {
		return "<c><v>" + string(v) + "</v></c>"
	}
	var text strings.Builder
	xml.EscapeText(&text, []byte(value{json: v}.text()))
	return `<c t="inlineStr"><is><t xml:space="preserve">` + text.String() + "</t></is></c>"
}
