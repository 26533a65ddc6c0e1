package spark

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sparkgo/spark-go/spark/internal/sniff"
	"github.com/sparkgo/spark-go/spark/record"
)

// checkFile reads a downloaded file once. It fails with [record.ErrCorrupt] unless the
// file is a complete ZIP archive whose entries match their sizes and checksums. A
// workbook may be an OLE file as well, of which only the length can be checked.
func checkFile(ctx context.Context, r io.ReaderAt, size int64, workbook bool) error {
	if workbook && sniff.IsOLE(r) {
		return nil
	}
	archive, err := record.NewArchive(contextReaderAt{ctx, r}, size)
	if err != nil {
		return err
	}
	if workbook && !slices.ContainsFunc(archive.Files(), isWorkbookPart) {
		return fmt.Errorf("%w: it is a ZIP archive without %sxml, which every workbook contains", record.ErrCorrupt, workbookPart)
	}
	return archive.Check(ctx)
}

// workbookPart begins the name of a workbook's main part, which is xml, or bin in
// an .xlsb workbook.
const workbookPart = "xl/workbook."

func isWorkbookPart(f record.ArchiveFile) bool { return strings.HasPrefix(f.Name, workbookPart) }
