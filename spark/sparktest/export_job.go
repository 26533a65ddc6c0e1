package sparktest

import (
	"slices"
	"sync"
	"time"
)

// A format is that of an export, and the extension of its files.
type format string

const (
	formatCSV  format = "csv"
	formatJSON format = "json"
)

func (f format) permission() string {
	if f == formatCSV {
		return permissionCSV
	}
	return permissionJSON
}

// A job is one export. It never changes: only time moves it on.
type job struct {
	id      string
	format  format
	service *servedService
	calls   []*Call
	offset  int // hours that timestamps are moved by
	started time.Time
}

// jobs are those that were started.
type jobs struct {
	mu   sync.Mutex
	byID map[string]*job
	ids  []string
}

func (j *jobs) start(format format, s *servedService, calls []*Call, offset int) *job {
	j.mu.Lock()
	defer j.mu.Unlock()
	started := &job{namedUUID("job %d", len(j.ids)), format, s, calls, offset, time.Now()}
	j.byID[started.id] = started
	j.ids = append(j.ids, started.id)
	return started
}

func (j *jobs) find(id string) *job {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.byID[id]
}

func (j *jobs) list() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.ids)
}

// progress returns a whole number from 0 to 99, and 100 when the duration has
// passed.
func (j *job) progress(duration time.Duration, percents []float64) float64 {
	elapsed := time.Since(j.started)
	if elapsed >= duration {
		return 100
	}
	part := float64(elapsed) / float64(duration)
	percent := 100 * part
	if len(percents) > 0 {
		percent = percents[int(part*float64(len(percents)))]
	}
	return float64(max(0, min(99, int(percent))))
}
