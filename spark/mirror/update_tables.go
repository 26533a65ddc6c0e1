package mirror

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/sparkgo/spark-go/spark/parquet"
)

// columns are those of all Parquet files, as _schema.json has them.
type columns struct {
	// Revision counts the changes of the columns.
	Revision int             `json:"revision"`
	Schema   *parquet.Schema `json:"schema"`
}

// tableState is the Parquet file of a window.
type tableState struct {
	fileState
	// Revision is that of its columns.
	Revision int `json:"revision"`
}

// writeTables writes the Parquet files that are missing or outdated, when it has found
// out what columns all of them need.
func (r *run) writeTables(ctx context.Context) error {
	if !r.manifest.Parquet {
		return nil
	}
	c, err := r.learnColumns(ctx)
	if err != nil {
		return err
	}
	isOutdated := func(w *windowState) bool { return w.Table == nil || w.Table.Revision != c.Revision }
	return r.eachWindow(ctx, isOutdated, func(ctx context.Context, i int, w *windowState) error {
		return r.writeTable(ctx, i, w, c)
	})
}

// learnColumns reads the windows whose columns aren't known yet, and saves the columns
// that all windows need.
func (r *run) learnColumns(ctx context.Context) (columns, error) {
	known, err := r.readColumns()
	if err != nil {
		return known, err
	}
	learned := make([]*parquet.Schema, len(r.manifest.Windows))
	isUnknown := func(w *windowState) bool { return w.Table == nil }
	err = r.eachWindow(ctx, isUnknown, func(ctx context.Context, i int, w *windowState) error {
		schema := new(parquet.Schema)
		for call, err := range w.calls(ctx, r.dir) {
			if err != nil {
				return err
			}
			schema.Learn(call)
		}
		learned[i] = schema
		return nil
	})
	learned = slices.DeleteFunc(learned, func(s *parquet.Schema) bool { return s == nil })
	if err != nil || known.Schema != nil && len(learned) == 0 {
		return known, err
	}
	next := columns{known.Revision, new(parquet.Schema)}
	if known.Schema != nil {
		next.Schema.Merge(known.Schema)
	}
	for _, schema := range learned {
		next.Schema.Merge(schema)
	}
	if known.Schema == nil || !next.Schema.Equal(known.Schema) {
		next.Revision++
	}
	return next, replaceFile(tablePath(r.dir, schemaName), func(w io.Writer) error {
		return json.NewEncoder(w).Encode(next)
	})
}

// readColumns reads _schema.json. If it is missing or damaged, the result has no schema,
// and all Parquet files are outdated.
func (r *run) readColumns() (columns, error) {
	var c columns
	data, err := os.ReadFile(tablePath(r.dir, schemaName))
	if err == nil && json.Unmarshal(data, &c) == nil && c.Schema != nil {
		return c, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return c, err
	}
	for i := range r.manifest.Windows {
		r.manifest.Windows[i].Table = nil
	}
	return columns{}, r.manifest.write(r.dir)
}

// eachWindow calls do for all stored windows that match, for several at once.
func (r *run) eachWindow(ctx context.Context, matches func(*windowState) bool, do func(ctx context.Context, i int, w *windowState) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(r.options.Parallel)
	for i := range r.manifest.Windows {
		w := r.window(i)
		if w.Stored == nil || !matches(&w) {
			continue
		}
		group.Go(func() error {
			if err := do(ctx, i, &w); err != nil {
				return w.failed(err)
			}
			return nil
		})
	}
	return group.Wait()
}

// writeTable writes the Parquet file of a window.
func (r *run) writeTable(ctx context.Context, i int, w *windowState, c columns) error {
	path := tablePath(r.dir, w.tableName())
	err := replaceFile(path, func(to io.Writer) error {
		return c.Schema.Write(to, w.calls(ctx, r.dir))
	})
	if err != nil {
		return err
	}
	written, err := describe(ctx, path)
	if err != nil {
		return err
	}
	w.Table = &tableState{fileState: written, Revision: c.Revision}
	return r.set(i, *w)
}
