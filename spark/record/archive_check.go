package record

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"sync"
)

// Check reads every file in the archive once and compares it with its size and
// checksum. The error matches [ErrCorrupt] if a file is damaged. Files that are
// encrypted or compressed by a method that this package can't unpack are not checked.
// The limits don't apply.
func (a *Archive) Check(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var workers sync.WaitGroup
	running := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, entry := range a.zip.File {
		running <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		workers.Go(func() {
			if err := checkEntry(ctx, entry); err != nil {
				cancel(err) // the first error ends the other workers
			}
			<-running
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

// checkEntry has the ZIP reader compare an entry with its size and checksum.
func checkEntry(ctx context.Context, entry *zip.File) error {
	if isEncrypted(&entry.FileHeader) || entry.Method != zip.Store && entry.Method != zip.Deflate {
		return nil
	}
	content, err := unpack(entry, newBudget(Limits{Total: math.MaxInt64}))
	if err == nil {
		_, err = io.Copy(untilDone{ctx}, content)
		_ = content.Close()
	}
	if err != nil {
		return fmt.Errorf("entry %.120q: %w", entry.Name, err)
	}
	return nil
}

// untilDone discards what is written to it and fails when the context ends.
type untilDone struct{ ctx context.Context }

func (d untilDone) Write(p []byte) (int, error) { return len(p), d.ctx.Err() }
