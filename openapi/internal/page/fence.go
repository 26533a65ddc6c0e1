package page

import (
	"fmt"
	"regexp"
	"strings"
)

// fence is the line that opens a fenced block.
type fence struct {
	indent string // what stands before it: blanks, and > in a quotation
	marker string // three or more ` or ~
}

var fenceLine = regexp.MustCompile("^([ \t>]*)(`{3,}|~{3,})(.*)$")

// opening reports whether a line opens a fenced block. However deep it is
// indented, it counts: pages put blocks into lists and tabs.
func opening(line string) (fence, bool) {
	found := fenceLine.FindStringSubmatch(line)
	if found == nil || found[2][0] == '`' && strings.Contains(found[3], "`") {
		return fence{}, false
	}
	return fence{indent: found[1], marker: found[2]}, true
}

// closes reports whether a line ends the block.
func (f *fence) closes(line string) bool {
	line = strings.TrimLeft(line, " \t>")
	run := len(line) - len(strings.TrimLeft(line, f.marker[:1]))
	return run >= len(f.marker) && strings.TrimSpace(line[run:]) == ""
}

// strip takes the fence's own indentation off a line of the block.
func (f *fence) strip(line string) string {
	if rest, ok := strings.CutPrefix(line, f.indent); ok {
		return rest
	}
	blanks := len(line) - len(strings.TrimLeft(line, " \t>"))
	return line[min(blanks, len(f.indent)):]
}

// block is the content of a fenced block.
type block struct {
	fence
	line int // of the file, on which the content begins
	text string
}

// fencedBlocks lists the fenced blocks of a page, and gives its first heading.
func fencedBlocks(file, text string) (blocks []block, heading string, err error) {
	var current *block
	var content strings.Builder
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\n")
		if current == nil {
			if opened, ok := opening(line); ok {
				current = &block{fence: opened, line: number + 1}
				content.Reset()
			} else if title, ok := strings.CutPrefix(line, "# "); ok && heading == "" {
				heading = strings.Trim(title, "# \t")
			}
			continue
		}
		if !current.closes(line) {
			content.WriteString(current.strip(line))
			content.WriteByte('\n')
			continue
		}
		current.text = content.String()
		blocks = append(blocks, *current)
		current = nil
	}
	if current != nil {
		current.text = content.String()
		if looksLikeOpenAPI(current.text) {
			err = fmt.Errorf("%s:%d: the block that begins here is never closed: the page is cut off", file, current.line-1)
		}
	}
	return blocks, heading, err
}
