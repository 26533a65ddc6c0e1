package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/textwidth"
)

// progressBar shows on a terminal how far something has come. Between reports the
// remaining time runs down. A nil bar shows nothing.
type progressBar struct {
	to    io.Writer
	width func() int
	label string

	mu        sync.Mutex
	fraction  float64       // negative if unknown
	detail    string        // what has been done so far
	remaining time.Duration // as of the time at; negative if unknown
	outage    string        // takes the place of bar and time while requests fail
	at        time.Time
	drawn     int // columns on the terminal's line

	done    chan struct{}
	ticking sync.WaitGroup
}

// startBar shows a bar if a person may be watching. The caller must stop it.
func (p *program) startBar(label string) *progressBar {
	if !p.stderrTerminal || p.quiet || p.verbose {
		return nil
	}
	b := &progressBar{to: p.stderr, width: p.width, label: label, fraction: -1, remaining: -1, at: time.Now(), done: make(chan struct{})}
	b.draw()
	b.ticking.Go(func() {
		for {
			select {
			case <-time.After(time.Second):
				b.draw()
			case <-b.done:
				return
			}
		}
	})
	return b
}

// show sets what is shown.
func (b *progressBar) show(fraction float64, detail string, remaining time.Duration) {
	if b == nil {
		return
	}
	b.mu.Lock()
	b.fraction, b.detail, b.remaining, b.at = fraction, detail, remaining, time.Now()
	b.mu.Unlock()
	b.draw()
}

// stop removes the bar.
func (b *progressBar) stop() {
	if b == nil {
		return
	}
	close(b.done)
	b.ticking.Wait()
	fmt.Fprintf(b.to, "\r%s\r", strings.Repeat(" ", b.drawn))
}

func (b *progressBar) draw() {
	b.mu.Lock()
	defer b.mu.Unlock()
	// A line as wide as the terminal would wrap.
	line := textwidth.Cut(b.line(), max(b.width()-1, 10))
	length := textwidth.Of(line)
	fmt.Fprintf(b.to, "\r%s%s", line, strings.Repeat(" ", max(0, b.drawn-length)))
	b.drawn = length
}

func (b *progressBar) line() string {
	parts := []string{b.label}
	if b.outage != "" {
		return strings.Join(append(parts, b.detail, b.outage), "  ")
	}
	if b.fraction >= 0 {
		const size = 24
		full := int(min(b.fraction, 1) * size)
		parts = append(parts, "["+strings.Repeat("#", full)+strings.Repeat(".", size-full)+"]")
	}
	if b.detail != "" {
		parts = append(parts, b.detail)
	}
	if b.remaining >= 0 && b.fraction < 1 {
		switch remaining := b.remaining - time.Since(b.at); {
		case remaining < time.Second:
			parts = append(parts, "nearly done")
		case remaining < time.Hour:
			parts = append(parts, remaining.Round(time.Second).String()+" left")
		default:
			parts = append(parts, strings.TrimSuffix(remaining.Round(time.Minute).String(), "0s")+" left")
		}
	}
	return strings.Join(parts, "  ")
}

// showProgress shows how far a job has come.
func (b *progressBar) showProgress(progress spark.WaitProgress) {
	fraction := progress.Fraction
	if progress.Status.Progress < 0 {
		fraction = -1
	}
	remaining, ok := progress.Remaining()
	if !ok {
		remaining = -1
	}
	b.show(fraction, progress.Status.String(), remaining)
}

// showOutage shows that the platform doesn't respond. If the outage is nil, it shows the
// progress again.
func (b *progressBar) showOutage(outage *spark.Outage) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.outage = ""
	if outage != nil {
		b.outage = describeOutage(outage)
	}
}

// showTransfer returns a function that shows how far a download has come, at the speed
// of this run: an earlier one may have downloaded the first part.
func (b *progressBar) showTransfer() func(spark.DownloadProgress) {
	var first *spark.DownloadProgress
	return func(now spark.DownloadProgress) {
		if first == nil {
			first = &now
		}
		switch arrived := now.Bytes - first.Bytes; {
		case now.Total <= 0:
			b.show(-1, byteSize(now.Bytes), -1)
		case now.Bytes == now.Total:
			b.show(-1, "checking "+byteSize(now.Total), -1)
		default:
			remaining := time.Duration(-1)
			if arrived > 0 {
				remaining = time.Duration(float64(now.Elapsed-first.Elapsed) / float64(arrived) * float64(now.Total-now.Bytes))
			}
			b.show(float64(now.Bytes)/float64(now.Total), byteSize(now.Bytes)+" of "+byteSize(now.Total), remaining)
		}
	}
}
