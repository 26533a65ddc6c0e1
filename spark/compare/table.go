package compare

// compareLists notes what differs between two lists. Tables with a key are compared row
// by row, other lists are aligned.
func (d *differ) compareLists(at path, a, b *node) {
	if d.equal(a, b) {
		return
	}
	if key, ok := findKey(a, b); ok {
		d.compareByKey(at, key, a, b)
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
		d.compare(at.row(pair.a, pair.b), before, after)
	}
}

// rowPair is a row of A and the row of B that it is compared with, by index. The index
// is -1 if there is no such row.
type rowPair struct{ a, b int }

// tableKey is a column that identifies the rows of two tables.
type tableKey struct {
	column string
	a, b   rowKeys
}

// rowKeys are the keys of a table. Equal keys are equal strings.
type rowKeys struct {
	keys []string       // of each row
	rows map[string]int // index of the row with each key
}

// compareByKey compares two tables by a key: first the rows of A in their order, then
// the rows that only B has.
func (d *differ) compareByKey(at path, key tableKey, a, b *node) {
	rowPath := func(row *node) path { return at.keyedRow(key.column, row.member(key.column, 0)) }
	last, inOrder := -1, true
	for i := range a.nodes {
		row, other := &a.nodes[i], absent
		if j, ok := key.b.rows[key.a.keys[i]]; ok {
			inOrder = inOrder && j > last
			last, other = j, &b.nodes[j]
		}
		d.compare(rowPath(row), row, other)
	}
	for j := range b.nodes {
		if _, ok := key.a.rows[key.b.keys[j]]; !ok {
			d.compare(rowPath(&b.nodes[j]), absent, &b.nodes[j])
		}
	}
	if !inOrder {
		d.note(at, Reordered, absent, absent)
	}
}

// findKey returns the column that obviously identifies the rows of both tables, if
// there is one: all rows have it, it differs in all rows of a table, and at least half
// of the smaller table's rows are found in the other by it. It is a column of strings,
// or the first column if that contains integers, such as years. Numbers in other columns
// are more likely to be amounts. Of several such columns, it is the one by which the
// most rows are found, and then the first.
func findKey(a, b *node) (key tableKey, ok bool) {
	if len(a.nodes) == 0 || len(b.nodes) == 0 || len(a.nodes)+len(b.nodes) == 2 {
		return tableKey{}, false
	}
	best, bestPlace := 0, 0
	for i, name := range a.nodes[0].names {
		place := i + b.nodes[0].find(name) // in both tables, so that the result is the same if they are swapped
		candidate := tableKey{name, keysOf(a, name, place == 0), keysOf(b, name, place == 0)}
		found := candidate.found()
		if found == 0 || 2*found < min(len(a.nodes), len(b.nodes)) {
			continue
		}
		if found > best || found == best && (place < bestPlace || place == bestPlace && name < key.column) {
			best, bestPlace, key = found, place, candidate
		}
	}
	return key, best > 0
}

// keysOf returns what each row of a table has in a column. It is empty if the column is
// not a key.
func keysOf(table *node, column string, numbers bool) rowKeys {
	k := rowKeys{make([]string, len(table.nodes)), make(map[string]int, len(table.nodes))}
	for i := range table.nodes {
		key, ok := keyOf(&table.nodes[i], column, numbers)
		if _, known := k.rows[key]; !ok || known {
			return rowKeys{}
		}
		k.keys[i], k.rows[key] = key, i
	}
	return k
}

func keyOf(row *node, column string, numbers bool) (key string, ok bool) {
	cell := row.member(column, 0)
	switch cell.kind {
	case kindString:
		return `"` + unquote(cell.json), true
	case kindNumber:
		if number, ok := cell.number(); ok && numbers && number.IsInteger() {
			return number.String(), true
		}
	}
	return "", false
}

// found returns how many rows of B are in A.
func (k tableKey) found() int {
	found := 0
	for _, key := range k.b.keys {
		if _, ok := k.a.rows[key]; ok {
			found++
		}
	}
	return found
}
