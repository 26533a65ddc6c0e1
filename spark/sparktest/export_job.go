package sparktest

import (
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A format is what an export is made in; also the ending of its files' names.
type format string

const (
	formatCSV  format = "csv"
	formatJSON format = "json"
)

// A job is one export. It never changes: time alone moves it on.
type job struct {
	id      string
	format  format
	service *service
	calls   []*Call
	offset  int // hours that time stamps are moved by
	started time.Time
}

// jobs holds all jobs that were started.
type jobs struct {
	mu   sync.Mutex
	byID map[string]*job
	ids  []string
}

func (j *jobs) start(format format, s *service, calls []*Call, offset int) *job {
	j.mu.Lock()
	defer j.mu.Unlock()
	started := &job{
		id:      namedUUID("job %d", len(j.ids)),
		format:  format,
		service: s,
		calls:   calls,
		offset:  offset,
		started: time.Now(),
	}
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

// progress returns 0 to 100, and 100 only when the duration has passed.
func (j *job) progress(duration time.Duration, percents []float64) (progress json.Number, done bool) {
	elapsed := time.Since(j.started)
	if elapsed >= duration {
		return "100", true
	}
	part := float64(elapsed) / float64(duration)
	percent := 100 * part
	if len(percents) > 0 {
		percent = percents[int(part*float64(len(percents)))]
	}
	return json.Number(strconv.Itoa(max(0, min(99, int(percent))))), false
}
