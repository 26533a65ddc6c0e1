package spark

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/google/uuid"

	"github.com/sparkgo/spark-go/gen"
)

// WorkbookOption changes how a workbook is fetched and saved. [Index],
// [LegacyWorkbook] and every [SaveOption] are workbook options.
type WorkbookOption interface{ applyWorkbook(*workbookOptions) }

type workbookOptions struct {
	saveOptions
	index  *int
	legacy bool
}

func (i Index) applyWorkbook(o *workbookOptions) { o.index = i.pointer() }

type legacyWorkbook struct{}

func (legacyWorkbook) applyWorkbook(o *workbookOptions) { o.legacy = true }

// LegacyWorkbook fetches the workbook in the form for models of the legacy
// format, from the platform's older endpoint.
func LegacyWorkbook() WorkbookOption { return legacyWorkbook{} }

// SaveWorkbook saves the Excel workbook of the service with the inputs of a call
// in it (Download as Excel). The file appears under its name only when it is
// whole; one that is there already is kept, with an error that matches
// [fs.ErrExist], unless [Overwrite] is given. It returns an [*ArgumentError]
// before anything is sent, an [*APIError], or a [*DownloadError].
func (s *Service) SaveWorkbook(ctx context.Context, callID, path string, opts ...WorkbookOption) error {
	source, options, err := s.workbook(callID, opts)
	if err != nil {
		return err
	}
	return source.save(ctx, path, options.saveOptions)
}

// WriteWorkbook writes the workbook of a call to w, like [Service.SaveWorkbook].
// The content is checked as it passes, so where it returns an error, what w got
// is not to be used.
func (s *Service) WriteWorkbook(ctx context.Context, callID string, w io.Writer, opts ...WorkbookOption) error {
	source, options, err := s.workbook(callID, opts)
	if err != nil {
		return err
	}
	return source.write(ctx, w, options.saveOptions)
}

func (s *Service) workbook(callID string, opts []WorkbookOption) (*source, workbookOptions, error) {
	var options workbookOptions
	for _, opt := range opts {
		if opt != nil {
			opt.applyWorkbook(&options)
		}
	}
	if err := s.check(); err != nil {
		return nil, options, err
	}
	id, err := parseID("callID", callID)
	if err != nil {
		return nil, options, err
	}
	if err := checkIndex(options.index); err != nil {
		return nil, options, err
	}
	return &source{
		must:   workbookPart,
		client: s.client, what: "workbook of call " + callID, identity: identity(s.client, "workbook", callID, options.index, options.legacy),
		address: func(ctx context.Context) (secret, error) { return s.workbookAddress(ctx, id, options) },
	}, options, nil
}

// workbookPart is in every workbook since Excel 2007 (ECMA-376, part 2).
const workbookPart = "[Content_Types].xml"

// workbookAddress asks for the workbook, and so for a fresh address.
func (s *Service) workbookAddress(ctx context.Context, id uuid.UUID, options workbookOptions) (secret, error) {
	op := opWorkbook
	if options.legacy {
		op = opLegacyWorkbook
	}
	data, told, err := s.client.send(ctx, op, func(ctx context.Context) (*http.Response, error) {
		// The platform refuses the request without a body, and a nil map is sent as null.
		if options.legacy {
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
		return secret{}, told.unexpected("the answer's response_data can't be read: %w", err)
	}
	if text(download.DownloadURL) == "" {
		return secret{}, told.failure(http.StatusOK, nil, ErrNotFound, errNoAddress, nil)
	}
	return newSecret(*download.DownloadURL), nil
}
