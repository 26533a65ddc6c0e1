package mirror

import (
	"context"
	"fmt"

	"github.com/sparkgo/spark-go/spark"
)

// Verify reads all archives and compares them with their checksums. It returns nil
// if all are as they were when they were fetched, else a [*WindowError] for the
// first that isn't, which matches [spark.ErrCorrupt] or fs.ErrNotExist. The next
// [Update] fetches a window again whose archive is gone.
func (f *Folder) Verify(ctx context.Context) error {
	for i := range f.manifest.Windows {
		w := &f.manifest.Windows[i]
		for _, noted := range w.Kept.files() {
			if err := f.verify(ctx, noted); err != nil {
				return fmt.Errorf("verify mirror %s: %w", f.dir, &WindowError{From: w.From, To: w.To, Err: err})
			}
		}
	}
	return nil
}

func (f *Folder) verify(ctx context.Context, noted file) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	found, err := describe(zipPath(f.dir, noted.Name))
	if err != nil {
		return err
	}
	if found != noted {
		return fmt.Errorf("%s: %w: its checksum is another than when it was fetched; remove it and update the folder", noted.Name, spark.ErrCorrupt)
	}
	return nil
}
