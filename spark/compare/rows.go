package compare

// list notes what differs between two lists: row by row if they are tables with a
// key, else aligned.
func (d *differ) list(at place, a, b *node) {
	if d.equal(a, b) {
		return
	}
	if column, ok := keyColumn(a, b); ok {
		d.keyed(at, column, a, b)
		return
	}
	for _, pair := range d.align(a.nodes, b.nodes) {
		before, after := absent, absent
		if pair.a >= 0 {
			before = &a.nodes[pair.a]
		}
		if pair.b >= 0 {
			after = &b.nodes[pair.b]
		}
		d.node(at.row(pair.a, pair.b), before, after)
	}
}

// rowPair is a row of A and the row of B that it is compared with, by index. One
// of them is -1 for a row that only the other has.
type rowPair struct{ a, b int }

// keyed compares tables by a key column: the rows of A in their order, then those
// that only B has.
func (d *differ) keyed(at place, column string, a, b *node) {
	keysB := keysOf(b, column, true)
	rowsB := make(map[string]int, len(keysB))
	for i, key := range keysB {
		rowsB[key] = i
	}
	matched := make([]bool, len(b.nodes))
	last, inOrder := -1, true
	for i, key := range keysOf(a, column, true) {
		row := &a.nodes[i]
		label := at.keyed(column, row.member(column, 0))
		j, ok := rowsB[key]
		if !ok {
			d.node(label, row, absent)
			continue
		}
		inOrder = inOrder && j > last
		last, matched[j] = j, true
		d.node(label, row, &b.nodes[j])
	}
	for j := range b.nodes {
		if row := &b.nodes[j]; !matched[j] {
			d.node(at.keyed(column, row.member(column, 0)), absent, row)
		}
	}
	if !inOrder {
		d.change(at, Reordered, absent, absent)
	}
}

// keyColumn finds the column that names the rows of both tables, if there is an
// obvious one: all rows have it, no two rows of a table have the same in it, and at
// least half of the smaller table's are in the other. It is a column of strings, or
// the first column if that has whole numbers, such as years: numbers elsewhere are
// rather amounts. Of several, it is the one by which most rows are found, and of
// these the first.
func keyColumn(a, b *node) (column string, ok bool) {
	if len(a.nodes) == 0 || len(b.nodes) == 0 || len(a.nodes)+len(b.nodes) == 2 {
		return "", false
	}
	best, bestPlace := 0, 0
	for i, name := range a.nodes[0].names {
		place := i + b.nodes[0].find(name) // in both, so that swapping them makes no difference
		found := sharedKeys(keysOf(a, name, place == 0), keysOf(b, name, place == 0))
		if found == 0 || 2*found < min(len(a.nodes), len(b.nodes)) {
			continue
		}
		if found > best || found == best && (place < bestPlace || place == bestPlace && name < column) {
			best, bestPlace, column = found, place, name
		}
	}
	return column, best > 0
}

// keysOf returns what each row of a table has in a column, such that equal keys
// are equal strings. It is nil where that is no key.
func keysOf(table *node, column string, numbers bool) []string {
	keys := make([]string, len(table.nodes))
	known := make(map[string]bool, len(table.nodes))
	for i := range table.nodes {
		key, ok := keyOf(&table.nodes[i], column, numbers)
		if !ok || known[key] {
			return nil
		}
		keys[i], known[key] = key, true
	}
	return keys
}

func keyOf(row *node, column string, numbers bool) (key string, ok bool) {
	cell := row.member(column, 0)
	switch cell.kind {
	case text:
		return "\"" + unquote(cell.json), true
	case number:
		if value, ok := cell.value(); ok && numbers && value.IsInteger() {
			return value.String(), true
		}
	}
	return "", false
}

func sharedKeys(a, b []string) int {
	known := make(map[string]bool, len(a))
	for _, key := range a {
		known[key] = true
	}
	shared := 0
	for _, key := range b {
		if known[key] {
			shared++
		}
	}
	return shared
}
