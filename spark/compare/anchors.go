package compare

import "sort"

// anchors pairs rows that occur once in each list, text for text, in the same
// order in both: as many as there can be. Large lists are cut up by them.
func anchors(a, b []node) []rowPair {
	onlyA, onlyB := once(a), once(b)
	// The longest increasing run of indices of B, by the ends of the runs of each length.
	type link struct {
		rowPair
		before int // in links, -1 for none
	}
	var links []link
	var ends []int // in links
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
		links = append(links, link{rowPair{i, j}, before})
		if length == len(ends) {
			ends = append(ends, 0)
		}
		ends[length] = len(links) - 1
	}
	pairs := make([]rowPair, len(ends))
	if len(ends) == 0 {
		return pairs
	}
	for n, at := len(ends)-1, ends[len(ends)-1]; n >= 0; n, at = n-1, links[at].before {
		pairs[n] = links[at].rowPair
	}
	return pairs
}

// once returns the index of each row that occurs only once.
func once(rows []node) map[string]int {
	found := make(map[string]int, len(rows))
	for i := range rows {
		if _, again := found[rows[i].json]; again {
			found[rows[i].json] = -1
			continue
		}
		found[rows[i].json] = i
	}
	for row, i := range found {
		if i < 0 {
			delete(found, row)
		}
	}
	return found
}
