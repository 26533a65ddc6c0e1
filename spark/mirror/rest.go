package mirror

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"io/fs"
	"iter"

	"github.com/sparkgo/spark-go/spark"
)

// keepRest saves the records that the folder had of a window and a fresh export
// lacks, or returns nil where there are none.
func (r *run) keepRest(ctx context.Context, w *window, fresh *kept) (*file, error) {
	if w.Kept == nil {
		return nil, nil
	}
	c := comparison{
		dir: r.dir, window: w, fresh: window{From: w.From, To: w.To, Kept: fresh}, recordsAtOnce: r.options.recordsAtOnce,
	}
	missing := 0
	if err := c.each(ctx, func(*spark.Call) error { missing++; return nil }); err != nil || missing == 0 {
		return nil, err
	}
	path := zipPath(r.dir, w.restName())
	err := r.replace(path, func(to io.Writer) error { return c.write(ctx, to) })
	if err != nil {
		return nil, err
	}
	rest, err := describe(path)
	if err != nil {
		return nil, err
	}
	fresh.Records += int64(missing)
	return &rest, nil
}

// comparison finds the records of a window that a fresh export of it lacks.
type comparison struct {
	dir    string
	window *window
	fresh  window

	recordsAtOnce int64 // see Options
}

// each calls found for each record that the fresh export lacks. A record that it
// has fewer times than the folder is found as often as it lacks it.
func (c *comparison) each(ctx context.Context, found func(*spark.Call) error) error {
	parts := uint64(max(c.fresh.Kept.Records, c.window.Kept.Records)/c.recordsAtOnce + 1)
	for part := range parts {
		counts, err := c.count(ctx, parts, part)
		if err != nil {
			return err
		}
		if err := c.lacking(ctx, counts, parts, part, found); err != nil {
			return err
		}
	}
	return nil
}

// count counts one part of what the fresh export has.
func (c *comparison) count(ctx context.Context, parts, part uint64) (map[recordKey]int, error) {
	counts := map[recordKey]int{}
	for call, err := range c.fresh.readable(ctx, c.dir) {
		if err != nil {
			return nil, err
		}
		if key := keyOf(call); key.part(parts) == part {
			counts[key]++
		}
	}
	return counts, nil
}

// lacking goes through one part of what the folder has.
func (c *comparison) lacking(ctx context.Context, counts map[recordKey]int, parts, part uint64, found func(*spark.Call) error) error {
	for call, err := range c.before(ctx) {
		if err != nil {
			return err
		}
		key := keyOf(call)
		if key.part(parts) != part {
			continue
		}
		if counts[key]--; counts[key] >= 0 {
			continue
		}
		if err := found(call); err != nil {
			return err
		}
	}
	return nil
}

// before streams what the folder has. What of it is damaged or gone is lost already.
func (c *comparison) before(ctx context.Context) iter.Seq2[*spark.Call, error] {
	return func(yield func(*spark.Call, error) bool) {
		for _, f := range c.window.Kept.files() {
			one := window{From: c.window.From, To: c.window.To, Kept: &kept{Archive: f}}
			for call, err := range one.readable(ctx, c.dir) {
				if errors.Is(err, fs.ErrNotExist) || errors.Is(err, spark.ErrCorrupt) {
					break
				}
				if !yield(call, err) {
					return
				}
			}
		}
	}
}

// write writes what the fresh export lacks as a ZIP like the platform's.
func (c *comparison) write(ctx context.Context, to io.Writer) error {
	archive := zip.NewWriter(to)
	list, err := archive.Create("calls.json")
	if err != nil {
		return err
	}
	separator := "["
	err = c.each(ctx, func(call *spark.Call) error {
		_, err := io.WriteString(list, separator)
		if err == nil {
			_, err = list.Write(call.JSON())
		}
		separator = ",\n"
		return err
	})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(list, "]"); err != nil {
		return err
	}
	return archive.Close()
}

// recordKey tells records apart. What the platform may write in another way from
// one export to the next, such as the form of time stamps or the members that it
// sometimes leaves out, isn't in it. Records of one v4 call share it only where
// they are alike in all that matters; these are counted.
type recordKey [16]byte

func (k recordKey) part(parts uint64) uint64 { return binary.LittleEndian.Uint64(k[:]) % parts }

func keyOf(call *spark.Call) recordKey {
	sum := sha256.New()
	if call.LogTime.IsZero() {
		add(sum, call.JSON())
	} else {
		add(sum, []byte(call.ID))
		add(sum, binary.AppendVarint(nil, call.LogTime.UnixNano()))
		add(sum, call.Inputs.JSON())
		add(sum, call.Outputs.JSON())
		messages, _ := json.Marshal([]any{call.Warnings, call.Errors})
		add(sum, messages)
	}
	var key recordKey
	copy(key[:], sum.Sum(nil))
	return key
}

// add writes a part with its length before it, so that parts can't run together.
func add(sum hash.Hash, part []byte) {
	sum.Write(binary.AppendUvarint(nil, uint64(len(part))))
	sum.Write(part)
}
