package compare

// unit is what it costs in an alignment that a row has nothing to be compared
// with. A pair of rows costs the part of their cells that differ, at most a unit.
const unit = 1000

// mostCells bounds the work of one alignment: pairs of rows that are compared.
const mostCells = 1 << 18

// align matches the rows of two lists so that the fewest cells differ, rows that
// only one has counting whole. Of equally good matches it takes the one by
// position. Where that would be too much work, it first matches rows that occur
// once in each list, and what lies between them is matched by position if it is
// still too much.
func (d *differ) align(a, b []node) []rowPair {
	start := 0
	for start < min(len(a), len(b)) && d.equal(&a[start], &b[start]) {
		start++
	}
	end := 0
	for end < min(len(a), len(b))-start && d.equal(&a[len(a)-1-end], &b[len(b)-1-end]) {
		end++
	}
	pairs := byPosition(0, 0, start, start)
	middle := span{start, len(a) - end, start, len(b) - end}
	pairs = append(pairs, d.alignSpan(a, b, middle, true)...)
	return append(pairs, byPosition(middle.a1, middle.b1, len(a), len(b))...)
}

// span is rows a0 to a1 of A and b0 to b1 of B.
type span struct{ a0, a1, b0, b1 int }

func (d *differ) alignSpan(a, b []node, s span, mayAnchor bool) []rowPair {
	g := grid{differ: d, a: a[s.a0:s.a1], b: b[s.b0:s.b1]}
	if g.plan(); g.size() <= mostCells {
		pairs := g.best()
		for i := range pairs {
			pairs[i] = pairs[i].moved(s.a0, s.b0)
		}
		return pairs
	}
	if !mayAnchor {
		return byPosition(s.a0, s.b0, s.a1, s.b1)
	}
	var pairs []rowPair
	next := s // what is left of s behind the last anchor
	for _, anchor := range anchors(g.a, g.b) {
		anchor = anchor.moved(s.a0, s.b0)
		pairs = append(pairs, d.alignSpan(a, b, span{next.a0, anchor.a, next.b0, anchor.b}, false)...)
		pairs = append(pairs, anchor)
		next.a0, next.b0 = anchor.a+1, anchor.b+1
	}
	return append(pairs, d.alignSpan(a, b, next, false)...)
}

func (p rowPair) moved(a, b int) rowPair {
	if p.a >= 0 {
		p.a += a
	}
	if p.b >= 0 {
		p.b += b
	}
	return p
}

// byPosition pairs rows a0 to a1 with rows b0 to b1, one by one.
func byPosition(a0, b0, a1, b1 int) []rowPair {
	var pairs []rowPair
	for i := range max(a1-a0, b1-b0) {
		pair := rowPair{-1, -1}
		if a0+i < a1 {
			pair.a = a0 + i
		}
		if b0+i < b1 {
			pair.b = b0 + i
		}
		pairs = append(pairs, pair)
	}
	return pairs
}

// cost tells how much of two rows differs.
func (d *differ) cost(a, b *node) int {
	switch {
	case a.kind != b.kind:
		return unit
	case a.kind != object && a.kind != list:
		if d.equal(a, b) {
			return 0
		}
		return unit
	}
	cells, differing := max(len(a.nodes), len(b.nodes)), 0
	for i := range a.nodes {
		other := absent
		if a.kind == object {
			other = b.member(a.names[i], i)
		} else if i < len(b.nodes) {
			other = &b.nodes[i]
		}
		if !d.equal(&a.nodes[i], other) {
			differing++
		}
	}
	if a.kind == object {
		for i, name := range b.names {
			if a.member(name, i).kind == missing {
				differing++
				cells = max(cells, differing)
			}
		}
	} else {
		differing += max(0, len(b.nodes)-len(a.nodes))
	}
	if differing == 0 {
		return 0
	}
	return max(1, unit*differing/cells)
}
