package spark

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/google/uuid"

	"github.com/sparkgo/spark-go/gen"
)

// SaveWorkbook saves the Excel workbook of the service with the inputs of a call
// in it (Download as Excel). The file appears under its name only when it is
// complete and checked: a ZIP archive with a workbook in it, or an OLE file of the
// right length, which is an .xls workbook or one with a password. An existing file
// is not replaced, with an error that matches [fs.ErrExist], unless [WithOverwrite] is given.
// SaveWorkbook returns an [*ArgumentError] before anything is sent, an
// [*APIError], or a [*DownloadError].
func (s *Service) SaveWorkbook(ctx context.Context, callID, path string, opts ...WorkbookOption) error {
	file, err := s.workbook(callID, opts)
	if err != nil {
		return err
	}
	return file.save(ctx, path)
}

// WriteWorkbook writes the workbook of a call to w, like [Service.SaveWorkbook].
// It downloads to a temporary file, so w gets the complete, checked workbook or
// nothing. Only an error of w, or the end of the context while it is written, can
// leave a part of it in w.
func (s *Service) WriteWorkbook(ctx context.Context, callID string, w io.Writer, opts ...WorkbookOption) error {
	file, err := s.workbook(callID, opts)
	if err != nil {
		return err
	}
	return file.write(ctx, w)
}

func (s *Service) workbook(callID string, opts []WorkbookOption) (*remoteFile, error) {
	options := collect(opts)
	if err := s.check(); err != nil {
		return nil, err
	}
	id, err := parseID("callID", callID)
	if err != nil {
		return nil, err
	}
	index := -1 // the platform's choice
	if options.index != nil {
		index = *options.index
	}
	return &remoteFile{
		client: s.client, workbook: true, what: "workbook of call " + callID, options: options,
		identity: fileIdentity(s.client, "workbook", callID, index, options.legacyWorkbook),
		url:      func(ctx context.Context) (secret, error) { return s.workbookURL(ctx, id, options) },
	}, checkIndex(options.index)
}

// workbookURL asks the platform for the workbook, whose URL is new each time.
func (s *Service) workbookURL(ctx context.Context, id uuid.UUID, options methodOptions) (secret, error) {
	op := opWorkbook
	if options.legacyWorkbook {
		op = opLegacyWorkbook
	}
	data, state, err := s.client.send(ctx, op, func(ctx context.Context) (*http.Response, error) {
		// The platform refuses the request without a body, and a nil map is sent as null.
		if options.legacyWorkbook {
			body := gen.GetDownloadJSONRequestBody{}
			return s.client.api.GetDownload(ctx, s.client.base.tenant, s.folder, s.name, id, &gen.GetDownloadParams{Index: options.index}, body)
		}
		body := gen.GetDownloadXMLJSONRequestBody{}
		return s.client.api.GetDownloadXML(ctx, s.client.base.tenant, s.folder, s.name, id, &gen.GetDownloadXMLParams{Index: options.index}, body)
	})
	if err != nil {
		return secret{}, err
	}
	var download gen.Download
	if err := json.Unmarshal(data, &download); err != nil {
		return secret{}, state.unexpected("the response_data can't be read: %w", err)
	}
	url := state.fileURL(download.DownloadURL)
	if url.empty() {
		return secret{}, state.failure(http.StatusOK, nil, ErrNotFound, errNoFile, nil)
	}
	return url, s.client.checkFileURL(url)
}

var errNoFile = errors.New("the platform offers no file")
