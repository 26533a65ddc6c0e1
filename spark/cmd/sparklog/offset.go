package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/spf13/cobra"
)

// offset is the value of --timezone-offset: by how many hours an export has shifted
// its log times, east of UTC. The zero value is UTC.
type offset int

func (o *offset) Set(text string) error {
	hours, err := strconv.Atoi(text)
	if err != nil || hours < -12 || hours > 14 {
		return errors.New("expected whole hours from -12 to 14")
	}
	*o = offset(hours)
	return nil
}

func (o *offset) String() string { return strconv.Itoa(int(*o)) }
func (o *offset) Type() string   { return "hours" }

// readerFlag adds the flag to a command that reads an export.
func (o *offset) readerFlag(command *cobra.Command) {
	command.Flags().Var(o, "timezone-offset", "`hours` that the export was given as --timezone-offset; its log times are then shown as local times")
}

// zone returns the zone of the shifted times, named as in UTC+2.
func (o offset) zone() *time.Location {
	if o == 0 {
		return time.UTC
	}
	return time.FixedZone(fmt.Sprintf("UTC%+d", int(o)), int(o)*3600)
}

// applyTo makes the log time of a record the instant that is meant, in the zone of
// the shifted times.
func (o offset) applyTo(r entry) {
	switch r := r.(type) {
	case callRecord:
		if r.LogTime.IsZero() {
			return
		}
		if !o.isNamedIn(r.Call) {
			r.LogTime = r.LogTime.Add(-time.Duration(o) * time.Hour)
		}
		r.LogTime = r.LogTime.In(o.zone())
	case rowRecord: // CSV files name the zone of their times
		r.LogTime = r.LogTime.In(o.zone())
	}
}

// isNamedIn reports whether the log time in a call's record names its zone, so that
// it was read right.
func (o offset) isNamedIn(call *record.Call) bool {
	var logged struct{ LogTime string }
	_ = json.Unmarshal(call.JSON(), &logged) // without a log time there is no zone
	zone := time.Time{}.In(o.zone()).Format("-07:00")
	return strings.HasSuffix(logged.LogTime, zone) || strings.HasSuffix(logged.LogTime, strings.ReplaceAll(zone, ":", ""))
}
