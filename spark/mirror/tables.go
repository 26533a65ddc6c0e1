package mirror

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/sparkgo/spark-go/spark/parquet"
)

// tables are the Parquet files of a folder, which all have the same columns.
type tables struct {
	// Revision counts the changes of the columns.
	Revision int             `json:"revision"`
	Schema   *parquet.Schema `json:"schema"`
}

// table is a Parquet file of a window.
type table struct {
	file
	// Revision is that of the columns with which it was written.
	Revision int `json:"revision"`
}

// writeTables writes the Parquet files that are missing or out of date: first it
// finds out what columns all of them need.
func (r *run) writeTables(ctx context.Context) error {
	if !r.manifest.Parquet {
		return nil
	}
	t, err := r.learnColumns(ctx)
	if err != nil {
		return err
	}
	return r.eachWindow(ctx, func(w *window) bool { return w.Table == nil || w.Table.Revision != t.Revision }, func(ctx context.Context, i int) error {
		return r.writeTable(ctx, i, t)
	})
}

// learnColumns reads the windows whose columns aren't known yet, and notes the columns
// that all windows need.
func (r *run) learnColumns(ctx context.Context) (tables, error) {
	t, err := r.readTables()
	if err != nil {
		return t, err
	}
	learnt := make([]*parquet.Schema, len(r.manifest.Windows))
	err = r.eachWindow(ctx, func(w *window) bool { return w.Table == nil || t.Schema == nil }, func(ctx context.Context, i int) error {
		w := r.window(i)
		schema := new(parquet.Schema)
		for call, err := range w.readable(ctx, r.dir) {
			if err != nil {
				return err
			}
			schema.Learn(call)
		}
		learnt[i] = schema
		return nil
	})
	if err != nil {
		return t, err
	}
	next, changed := t.widened(slices.DeleteFunc(learnt, func(s *parquet.Schema) bool { return s == nil }))
	if !changed {
		return t, nil
	}
	return next, r.saveTables(next)
}

// widened adds what windows have taught, and reports whether there is anything new
// to note.
func (t tables) widened(learnt []*parquet.Schema) (tables, bool) {
	next := tables{t.Revision, new(parquet.Schema)}
	if t.Schema != nil {
		next.Schema.Merge(t.Schema)
	}
	for _, schema := range learnt {
		next.Schema.Merge(schema)
	}
	if t.Schema == nil || !next.Schema.Equal(t.Schema) {
		next.Revision++
	}
	return next, t.Schema == nil || len(learnt) > 0
}

// readTables reads what is known of the columns. Where that was lost, it has no
// schema and a revision that no file was written with.
func (r *run) readTables() (tables, error) {
	var t tables
	data, err := os.ReadFile(filepath.Join(r.dir, parquetFolder, schemaName))
	if err == nil && json.Unmarshal(data, &t) == nil && t.Schema != nil {
		return t, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return t, err
	}
	t = tables{}
	for i := range r.manifest.Windows {
		if written := r.manifest.Windows[i].Table; written != nil {
			t.Revision = max(t.Revision, written.Revision)
		}
	}
	return t, nil
}

func (r *run) saveTables(t tables) error {
	return replaceFile(filepath.Join(r.dir, parquetFolder, schemaName), func(w io.Writer) error {
		return json.NewEncoder(w).Encode(t)
	})
}

// eachWindow does something for all kept windows that want it, some at once.
func (r *run) eachWindow(ctx context.Context, wants func(*window) bool, do func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(r.options.Parallel)
	for i := range r.manifest.Windows {
		w := r.window(i)
		if w.Kept == nil || !wants(&w) {
			continue
		}
		group.Go(func() error {
			if err := do(ctx, i); err != nil {
				return w.failed(err)
			}
			return nil
		})
	}
	return group.Wait()
}

// writeTable writes the Parquet file of a window.
func (r *run) writeTable(ctx context.Context, i int, t tables) error {
	w := r.window(i)
	path := w.tablePath(r.dir)
	err := replaceFile(path, func(to io.Writer) error {
		return t.Schema.Write(to, w.readable(ctx, r.dir))
	})
	if err != nil {
		return err
	}
	written, err := describe(ctx, path)
	if err != nil {
		return err
	}
	w.Table = &table{file: written, Revision: t.Revision}
	return r.set(i, w)
}

func (w *window) tableName() string { return w.From.String() + ".parquet" }

func (w *window) tablePath(dir string) string {
	return filepath.Join(dir, parquetFolder, w.tableName())
}
