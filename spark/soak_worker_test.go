package spark_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// soakWorker runs one operation after another, and checks each result.
type soakWorker struct {
	*soak
	client    *spark.Client
	directory string
}

var soakOperations = []struct {
	name string
	do   func(*soakWorker, context.Context) error
}{
	{"GetCall", (*soakWorker).call}, {"GetCall", (*soakWorker).call}, {"GetCall", (*soakWorker).call}, {"GetCall", (*soakWorker).call},
	{"GetCalls", (*soakWorker).someCalls}, {"SaveWorkbook", (*soakWorker).saveWorkbook}, {"WriteWorkbook", (*soakWorker).writeWorkbook},
	{"Calls", (*soakWorker).eachCall}, {"Export (CSV)", (*soakWorker).exportRows}, {"Save, broken off", (*soakWorker).saveInPieces},
}

func (w *soakWorker) step() {
	operation := soakOperations[rand.N(len(soakOperations))]
	w.note(operation.name, operation.do(w, w.Context()))
}

func (w *soakWorker) service() *spark.Service { return w.client.Service("motor", "premium") }

func (w *soakWorker) anyCall() sparktest.Call { return w.calls[rand.N(len(w.calls))] }

// wrong reports content that isn't what it should be.
func (w *soakWorker) wrong(what string, want, got any) { w.Errorf("%s: %v, not %v", what, got, want) }

func (w *soakWorker) call(ctx context.Context) error {
	want := w.anyCall()
	got, err := w.client.GetCall(ctx, want.ID, spark.WithIndex(want.Index))
	if err == nil && !bytes.Equal(compacted(want.Record()), compacted(got.JSON())) {
		w.wrong("Call", string(want.Record()), string(got.JSON()))
	}
	return err
}

func compacted(data []byte) []byte {
	var compact bytes.Buffer
	_ = json.Compact(&compact, data)
	return compact.Bytes()
}

func (w *soakWorker) someCalls(ctx context.Context) (failed error) {
	start := rand.N(len(w.ids) - 10)
	ids, i := w.ids[start:start+10], 0
	for call, err := range w.client.GetCalls(ctx, ids, spark.WithConcurrency(4)) {
		if err != nil {
			failed = err
		} else if call.ID != ids[i] {
			w.wrong("Calls", ids[i], call.ID)
		}
		i++
	}
	if i != len(ids) {
		w.wrong("Calls", len(ids), i)
	}
	return failed
}

func (w *soakWorker) saveWorkbook(ctx context.Context) error {
	path := filepath.Join(w.directory, "call.xlsx")
	call := w.anyCall()
	err := w.service().SaveWorkbook(ctx, call.ID, path, spark.WithIndex(call.Index))
	w.remove(path, err)
	return err
}

func (w *soakWorker) writeWorkbook(ctx context.Context) error {
	return w.service().WriteWorkbook(ctx, w.anyCall().ID, io.Discard)
}

// remove deletes the files that an operation leaves by design.
func (w *soakWorker) remove(path string, err error) {
	var left []string
	var broken *spark.DownloadError
	if err == nil {
		left = []string{path}
	} else if errors.As(err, &broken) && broken.Part != "" {
		left = []string{broken.Part, broken.Part + ".json"}
	}
	for _, path := range left {
		if err := os.Remove(path); err != nil {
			w.Error(err)
		}
	}
}

// soakPolls makes waits end soon after their jobs.
var soakPolls = spark.WithPollInterval(5*time.Millisecond, 100*time.Millisecond)

func (w *soakWorker) eachCall(ctx context.Context) error {
	w.starts.Add(1)
	return compareIDs(w, "Calls", w.service().Calls(ctx, spark.Filter{}, soakPolls), func(call *record.Call) string { return call.ID })
}

func (w *soakWorker) exportRows(ctx context.Context) error {
	w.starts.Add(1)
	archive, err := w.service().Export(ctx, spark.FormatCSV, spark.Filter{}, soakPolls)
	if err != nil {
		return err
	}
	if err := compareIDs(w, "Export", archive.Rows(), func(row *record.Row) string { return row.CallID }); err != nil {
		w.Error(err) // the download has checked it
	}
	return archive.Close()
}

// saveInPieces saves the file of a job, and cancels that again and again.
func (w *soakWorker) saveInPieces(ctx context.Context) error {
	w.starts.Add(1)
	job, err := w.service().StartExport(ctx, spark.FormatJSON, spark.Filter{})
	if err != nil {
		return err
	}
	if _, err := job.Wait(ctx, soakPolls); err != nil {
		return err
	}
	path := filepath.Join(w.directory, "calls.zip")
	for patience := time.Millisecond; ; patience *= 2 {
		impatient, cancel := context.WithCancel(ctx)
		timer := time.AfterFunc(patience, cancel)
		err = w.service().Job(spark.FormatJSON, job.ID).Save(impatient, path)
		timer.Stop()
		cancel()
		if !errors.Is(err, context.Canceled) {
			break
		}
	}
	defer w.remove(path, err)
	if err != nil {
		return err
	}
	archive, err := record.OpenArchive(path)
	if err == nil {
		err = errors.Join(compareIDs(w, "Save", archive.Calls(), func(call *record.Call) string { return call.ID }), archive.Close())
	}
	if err != nil {
		w.Error(err) // the download has checked it
	}
	return nil
}

// compareIDs checks that a sequence has every call once, in any order: in an export of CSV,
// each version of the service has a file of its own.
func compareIDs[T any](w *soakWorker, what string, all iter.Seq2[T, error], id func(T) string) error {
	var want, got []string
	for _, call := range w.calls {
		want = append(want, call.ID)
	}
	for item, err := range all {
		if err != nil {
			return err
		}
		got = append(got, id(item))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		w.wrong(what, want, got)
	}
	return nil
}

// misbehave scripts faults at random until the context ends.
func misbehave(ctx context.Context, server *sparktest.Server) {
	tick := time.NewTicker(4 * time.Millisecond)
	defer tick.Stop()
	var scripted []*sparktest.Fault
	for {
		select {
		case <-ctx.Done():
			for _, fault := range scripted {
				fault.Remove()
			}
			return
		case <-tick.C:
		}
		operation, parts := anyFault(server)
		scripted = append(scripted, server.Fault(operation, append(parts, sparktest.After(rand.N(5)))...))
		if len(scripted) > 30 {
			scripted[0].Remove()
			scripted = scripted[1:]
		}
	}
}

// damage changes a byte of the content, which a checksum protects. The end of an archive, its
// directory, has no checksum: if an entry seems to be encrypted there, its file isn't checked.
func damage() sparktest.FaultPart {
	return sparktest.EditBody(func(body []byte) []byte {
		if len(body) > 0 {
			body[len(body)/4] ^= 0x10
		}
		return body
	})
}

// anyFault returns a fault that an operation survives, or reports by a sentinel. Faults
// that take seconds are rare, and so are those of credentials: after two 401 in a row a
// credential counts as rejected for half a minute.
func anyFault(server *sparktest.Server) (sparktest.Operation, []sparktest.FaultPart) {
	one := func(parts ...sparktest.FaultPart) []sparktest.FaultPart {
		return []sparktest.FaultPart{parts[rand.N(len(parts))], sparktest.Times(1 + rand.N(3))}
	}
	status := one(sparktest.Status(429), sparktest.Status(500), sparktest.HTML(502), testfault.BareStatus(503), testfault.BareStatus(504), testfault.BareStatus(408))
	connection := one(sparktest.Reset(), sparktest.Lose(), sparktest.ResetAfter(rand.N(500)), sparktest.Truncate(rand.N(500)), sparktest.Slow(1000, time.Millisecond))
	slow := one(sparktest.Hang(), sparktest.Stall(rand.N(500)))
	garbage := one(sparktest.HTML(200), testfault.EmptyBody(), testfault.MalformedJSON())
	file := one(testfault.ExpiredURL(), testfault.NoRanges(), testfault.ChangeFiles(server), damage(), testfault.BareStatus(416), testfault.FilesElsewhere(server))
	job := one(sparktest.Progress(90, 10, 50), sparktest.NoURL())
	operations := []sparktest.Operation{sparktest.GetCall, sparktest.Workbook, sparktest.StartExport, sparktest.JobStatus, sparktest.File}
	operation := operations[rand.N(len(operations))]
	switch n := rand.N(100); {
	case n < 30:
		return operation, status
	case n < 60:
		return operation, connection
	case n < 63:
		return operation, slow
	case n < 68:
		return operation, garbage
	case n == 68 && rand.N(10) == 0:
		return operation, []sparktest.FaultPart{testfault.ExpireTokens(server)}
	case n < 75:
		return sparktest.Token, one(status[0], connection[0])
	case n < 82:
		return sparktest.JobStatus, job
	}
	return sparktest.File, file
}
