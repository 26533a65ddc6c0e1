package main

import (
	"fmt"
	"strings"
)

// unread counts what could not be read of a source. The zero value has counted
// nothing.
type unread struct {
	places int    // records, rows and files
	fields int    // of the records and rows that were read
	first  string // of them all
}

// place counts a record, a row or a file that could not be read.
func (u *unread) place(err error) {
	u.places++
	u.note(strings.TrimPrefix(describe(err), "read "))
}

// fieldsOf counts the fields of a record that could not be read.
func (u *unread) fieldsOf(r entry) {
	for _, problem := range r.problems() {
		u.fields++
		u.note(problem)
	}
}

func (u *unread) note(what string) {
	if u.first == "" {
		u.first = what
	}
}

// err returns nil where everything could be read. Otherwise it returns the line that
// records, stats and diff end with, and with it the exit status 1. The outcome
// says what became of what was read.
func (u *unread) err(from fmt.Stringer, outcome string) error {
	var what []string
	if u.places > 0 {
		what = append(what, counted(u.places, "place"))
	}
	if u.fields > 0 {
		what = append(what, counted(u.fields, "field"))
	}
	if what == nil {
		return nil
	}
	return fmt.Errorf("%s of %s can't be read, the first: %s; %s", strings.Join(what, " and "), from, u.first, outcome)
}
