package compare

import (
	"slices"
	"sort"
)

// rowCost is what a row without a counterpart costs in an alignment. A pair of rows
// costs the share of their cells that differ, at most rowCost.
const rowCost = 1000

// align matches the rows of two lists so that the fewest cells differ. All cells of a
// row without a counterpart count. Of equally good matches it takes the one closest to
// matching by position. If that would be too much work, it first matches rows that occur
// once in each list. What lies between them is matched by position if it is still too
// much.
func (d *differ) align(a, b []node) []rowPair {
	start := 0
	for start < min(len(a), len(b)) && d.equal(&a[start], &b[start]) {
		start++
	}
	end := 0
	for end < min(len(a), len(b))-start && d.equal(&a[len(a)-1-end], &b[len(b)-1-end]) {
		end++
	}
	endA, endB := len(a)-end, len(b)-end
	pairs := byPosition(start, start)
	pairs = append(pairs, moved(d.alignMiddle(a[start:endA], b[start:endB], true), start, start)...)
	return append(pairs, moved(byPosition(end, end), endA, endB)...)
}

func (d *differ) alignMiddle(a, b []node, mayAnchor bool) []rowPair {
	if g := newGrid(d, a, b); g.size() <= maxGridSize {
		return g.cheapest()
	}
	if !mayAnchor {
		return byPosition(len(a), len(b))
	}
	var pairs []rowPair
	next := rowPair{}
	for _, anchor := range append(anchors(a, b), rowPair{len(a), len(b)}) {
		between := d.alignMiddle(a[next.a:anchor.a], b[next.b:anchor.b], false)
		pairs = append(pairs, moved(between, next.a, next.b)...)
		pairs = append(pairs, anchor)
		next = rowPair{anchor.a + 1, anchor.b + 1}
	}
	return pairs[:len(pairs)-1] // without the end of both lists
}

// moved adds to the indices of the pairs.
func moved(pairs []rowPair, a, b int) []rowPair {
	for i := range pairs {
		if pairs[i].a >= 0 {
			pairs[i].a += a
		}
		if pairs[i].b >= 0 {
			pairs[i].b += b
		}
	}
	return pairs
}

// byPosition pairs the rows of two lists of these lengths one by one.
func byPosition(lengthA, lengthB int) []rowPair {
	pairs := make([]rowPair, max(lengthA, lengthB))
	for i := range pairs {
		pairs[i] = rowPair{i, i}
		if i >= lengthA {
			pairs[i].a = -1
		}
		if i >= lengthB {
			pairs[i].b = -1
		}
	}
	return pairs
}

// cost returns how much of two rows differs, from 0 to rowCost.
func (d *differ) cost(a, b *node) int {
	if a.kind != b.kind || a.kind != kindObject && a.kind != kindList {
		if d.equal(a, b) {
			return 0
		}
		return rowCost
	}
	equal, inBoth := 0, 0
	for i := range a.nodes {
		other := b.counterpart(a, i)
		if other.kind != kindMissing {
			inBoth++
		}
		if d.equal(&a.nodes[i], other) {
			equal++
		}
	}
	differing := len(a.nodes) - equal + len(b.nodes) - inBoth
	if differing == 0 {
		return 0
	}
	return max(1, rowCost*differing/max(len(a.nodes), len(b.nodes), differing))
}

// anchors pairs rows that occur exactly once in each list, with the same text and in the
// same order: as many as possible.
func anchors(a, b []node) []rowPair {
	onlyA, onlyB := uniqueRows(a), uniqueRows(b)
	// The longest increasing sequence of indices of B.
	type link struct {
		rowPair
		before int // index in links, -1 for none
	}
	var links []link
	var ends []int // index in links of the lowest end of a sequence of each length
	for i := range a {
		j, ok := onlyB[a[i].json]
		if _, alsoOK := onlyA[a[i].json]; !ok || !alsoOK {
			continue
		}
		length := sort.Search(len(ends), func(n int) bool { return links[ends[n]].b >= j })
		before := -1
		if length > 0 {
			before = ends[length-1]
		}
		if length == len(ends) {
			ends = append(ends, 0)
		}
		ends[length] = len(links)
		links = append(links, link{rowPair{i, j}, before})
	}
	var pairs []rowPair
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = links[i].before {
			pairs = append(pairs, links[i].rowPair)
		}
		slices.Reverse(pairs)
	}
	return pairs
}

// uniqueRows returns the index of each row that occurs only once.
func uniqueRows(rows []node) map[string]int {
	found, repeated := make(map[string]int, len(rows)), map[string]bool{}
	for i := range rows {
		if _, ok := found[rows[i].json]; ok {
			repeated[rows[i].json] = true
		}
		found[rows[i].json] = i
	}
	for row := range repeated {
		delete(found, row)
	}
	return found
}
