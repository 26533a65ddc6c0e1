package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/sparkgo/spark-go/spark"
)

// barSize is how many characters a full bar has.
const barSize = 24

// bar shows on a terminal how far something is. Between reports the time that
// is left runs on. A nil bar shows nothing.
type bar struct {
	to    io.Writer
	width func() int
	label string

	mu       sync.Mutex
	fraction float64       // negative: not known
	detail   string        // what has been done so far
	left     time.Duration // as of the time at; negative: not known
	outage   string        // shown instead of the rest while requests fail
	at       time.Time
	drawn    int // characters on the terminal's line

	done    chan struct{}
	ticking sync.WaitGroup
}

// startBar shows a bar where a person may be watching. The caller must stop it.
func (p *program) startBar(label string) *bar {
	if !p.stderrTerminal || p.quiet || p.verbose {
		return nil
	}
	b := &bar{to: p.stderr, width: p.width, label: label, fraction: -1, left: -1, at: time.Now(), done: make(chan struct{})}
	b.draw()
	b.ticking.Go(b.tick)
	return b
}

func (b *bar) tick() {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			b.draw()
		case <-b.done:
			return
		}
	}
}

// show reports how far it is.
func (b *bar) show(fraction float64, detail string, left time.Duration) {
	if b == nil {
		return
	}
	b.mu.Lock()
	b.fraction, b.detail, b.left, b.at = fraction, detail, left, time.Now()
	b.mu.Unlock()
	b.draw()
}

// stop takes the bar away.
func (b *bar) stop() {
	if b == nil {
		return
	}
	close(b.done)
	b.ticking.Wait()
	fmt.Fprintf(b.to, "\r%s\r", strings.Repeat(" ", b.drawn))
}

func (b *bar) draw() {
	b.mu.Lock()
	defer b.mu.Unlock()
	// A line as wide as the terminal would wrap.
	line := clip(b.line(), max(b.width()-1, 10))
	length := len([]rune(line))
	fmt.Fprintf(b.to, "\r%s%s", line, strings.Repeat(" ", max(0, b.drawn-length)))
	b.drawn = length
}

func (b *bar) line() string {
	parts := []string{b.label}
	if b.outage != "" {
		return strings.Join(append(parts, b.detail, b.outage), "  ")
	}
	if b.fraction >= 0 {
		full := int(min(b.fraction, 1) * barSize)
		parts = append(parts, "["+strings.Repeat("#", full)+strings.Repeat(".", barSize-full)+"]")
	}
	if b.detail != "" {
		parts = append(parts, b.detail)
	}
	if b.left >= 0 && b.fraction < 1 {
		parts = append(parts, timeLeft(b.left-time.Since(b.at)))
	}
	return strings.Join(parts, "  ")
}

func timeLeft(left time.Duration) string {
	switch {
	case left < time.Second:
		return "nearly done"
	case left < time.Hour:
		return left.Round(time.Second).String() + " left"
	}
	return strings.TrimSuffix(left.Round(time.Minute).String(), "0s") + " left"
}

// showProgress shows how far a job has come.
func (b *bar) showProgress(progress spark.Progress) {
	fraction := progress.Fraction
	if progress.Status.Progress < 0 {
		fraction = -1
	}
	b.show(fraction, progress.Status.String(), progress.Remaining)
}

// showOutage shows that the platform doesn't respond, or, for nil, that it does.
func (b *bar) showOutage(outage *spark.Outage) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.outage = ""
	if outage != nil {
		b.outage = describeOutage(outage)
	}
}

// showTransfer makes a function that shows how far a download is, at the speed
// of this run: an earlier one may have brought the first part.
func (b *bar) showTransfer() func(spark.Transfer) {
	var first *spark.Transfer
	return func(now spark.Transfer) {
		if first == nil {
			first = &now
		}
		if now.Total <= 0 {
			b.show(-1, size(now.Bytes), -1)
			return
		}
		if now.Bytes == now.Total {
			b.show(-1, "checking "+size(now.Total), -1)
			return
		}
		left := time.Duration(-1)
		if arrived := now.Bytes - first.Bytes; arrived > 0 {
			left = time.Duration(float64(now.Elapsed-first.Elapsed) / float64(arrived) * float64(now.Total-now.Bytes))
		}
		b.show(float64(now.Bytes)/float64(now.Total), fmt.Sprintf("%s of %s", size(now.Bytes), size(now.Total)), left)
	}
}
