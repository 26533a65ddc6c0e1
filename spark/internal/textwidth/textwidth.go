// Package textwidth aligns text by the columns that it takes on a terminal. Chinese,
// Japanese and Korean characters and emoji take two, accents of their own none.
package textwidth

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Of returns how many columns a text takes.
func Of(text string) int {
	columns := 0
	for _, r := range text {
		columns += ofRune(r)
	}
	return columns
}

func ofRune(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// Cut shortens a text to so many columns, and marks that with an ellipsis.
func Cut(text string, columns int) string {
	if Of(text) <= columns {
		return text
	}
	taken := 0
	for i, r := range text {
		if taken += ofRune(r); taken >= columns {
			return text[:i] + "…"
		}
	}
	return text
}

// Left returns a text with blanks after it, so that it takes so many columns or more.
func Left(text string, columns int) string { return text + blanks(text, columns) }

// Right returns a text with blanks before it, so that it takes so many columns or more.
func Right(text string, columns int) string { return blanks(text, columns) + text }

func blanks(text string, columns int) string {
	return strings.Repeat(" ", max(0, columns-Of(text)))
}

// Table returns a line for each row. Its cells stand below each other, two blanks apart.
func Table(rows [][]string) []string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row[:max(0, len(row)-1)] { // nothing follows the last cell
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], Of(cell))
		}
	}
	lines := make([]string, len(rows))
	for i, row := range rows {
		for j, cell := range row {
			if j < len(row)-1 {
				cell = Left(cell, widths[j]+2)
			}
			lines[i] += cell
		}
	}
	return lines
}
