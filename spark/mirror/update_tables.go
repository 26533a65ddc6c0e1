package mirror

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sync/errgroup"

	"github.com/sparkgo/spark-go/spark/parquet"
)

// writeTables writes the Parquet files that are missing or outdated.
func (r *run) writeTables(ctx context.Context) error {
	if !r.manifest.Parquet {
		return nil
	}
	columns, err := r.learnColumns(ctx)
	if err != nil {
		return err
	}
	return r.eachWithoutTable(ctx, func(ctx context.Context, i int, w *windowState) error {
		return r.writeTable(ctx, i, w, columns)
	})
}

// learnColumns returns the columns that all windows need, and saves them. If they aren't
// those of _schema.json, all Parquet files are outdated.
func (r *run) learnColumns(ctx context.Context) (*parquet.Schema, error) {
	known, err := r.readColumns()
	if err != nil {
		return nil, err
	}
	learned := make([]*parquet.Schema, len(r.manifest.Windows))
	err = r.eachWithoutTable(ctx, func(ctx context.Context, i int, w *windowState) error {
		learned[i] = new(parquet.Schema)
		for call, err := range w.calls(ctx, r.dir) {
			if err != nil {
				return err
			}
			learned[i].Learn(call)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	columns := new(parquet.Schema)
	for _, schema := range append([]*parquet.Schema{known}, learned...) {
		if schema != nil {
			columns.Merge(schema)
		}
	}
	if known == nil || !columns.Equal(known) {
		if err := r.forgetTables(); err != nil {
			return nil, err
		}
	}
	return columns, replaceFile(tablePath(r.dir, schemaName), func(w io.Writer) error {
		return json.NewEncoder(w).Encode(columns)
	})
}

// readColumns reads _schema.json. If it is missing or damaged, the result is nil, and all
// Parquet files are outdated.
func (r *run) readColumns() (*parquet.Schema, error) {
	data, err := os.ReadFile(tablePath(r.dir, schemaName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	known := new(parquet.Schema)
	if err != nil || json.Unmarshal(data, known) != nil {
		return nil, r.forgetTables()
	}
	return known, nil
}

// forgetTables makes all Parquet files outdated.
func (r *run) forgetTables() error {
	for i := range r.manifest.Windows {
		r.manifest.Windows[i].Table = nil
	}
	return r.manifest.write(r.dir)
}

// eachWithoutTable calls do for all stored windows without an up-to-date Parquet file,
// for several at once.
func (r *run) eachWithoutTable(ctx context.Context, do func(ctx context.Context, i int, w *windowState) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(r.options.Parallel)
	for i := range r.manifest.Windows {
		w := r.window(i)
		if w.Stored == nil || w.Table != nil {
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
func (r *run) writeTable(ctx context.Context, i int, w *windowState, columns *parquet.Schema) error {
	path := tablePath(r.dir, w.tableName())
	err := replaceFile(path, func(to io.Writer) error { return columns.Write(to, w.calls(ctx, r.dir)) })
	if err != nil {
		return err
	}
	written, err := describe(ctx, path)
	if err != nil {
		return err
	}
	w.Table = &written
	return r.set(i, *w)
}
