package compare

import (
	"math"
	"slices"
)

// maxGridSize bounds the work of one alignment: how many pairs of rows are compared.
const maxGridSize = 1 << 18

// grid finds the cheapest alignment of two lists. Its cell (i, j) stands for the first i
// rows of A and the first j rows of B. A path through the grid leaves the diagonal only
// at a row without a counterpart. A path far from the diagonal therefore costs more than
// matching by position does, and only a band of the grid is searched.
type grid struct {
	*differ
	a, b []node

	from, to int    // smallest and largest j − i in the band
	steps    []step // into each cell of the band, row by row
	above    []int  // costs of the previous row of the grid, by place in the band
	costs    []int  // costs of the current row of the grid
}

// step is how the cheapest path comes into a cell.
type step byte

const (
	stepBoth step = iota // a row of each list
	stepA                // a row of A alone
	stepB                // a row of B alone
)

// noPath is more than any path costs.
const noPath = math.MaxInt / 2

func newGrid(d *differ, a, b []node) *grid {
	longer := len(b) - len(a)
	apart := max(longer, -longer)
	byPosition := apart * rowCost
	for i := range min(len(a), len(b)) {
		byPosition += d.cost(&a[i], &b[i])
	}
	aside := (byPosition/rowCost - apart) / 2
	return &grid{differ: d, a: a, b: b, from: max(min(longer, 0)-aside, -len(a)), to: min(max(longer, 0)+aside, len(b))}
}

func (g *grid) width() int { return g.to - g.from + 1 }

// size returns the number of cells in the band.
func (g *grid) size() int { return (len(g.a) + 1) * g.width() }

// cheapest returns the pairs of the cheapest alignment, in order.
func (g *grid) cheapest() []rowPair {
	g.steps = make([]step, g.size())
	g.above, g.costs = make([]int, g.width()), make([]int, g.width())
	for i := range len(g.a) + 1 {
		for at := range g.width() {
			if j := i + g.from + at; j < 0 || j > len(g.b) {
				g.costs[at] = noPath
			} else if i > 0 || j > 0 {
				g.fill(i, j, at)
			}
		}
		g.above, g.costs = g.costs, g.above
	}
	return g.path()
}

// fill computes the cell (i, j), which is at the given place of the band. The same
// diagonal has the same place in the previous row.
func (g *grid) fill(i, j, at int) {
	both, onlyA, onlyB := noPath, noPath, noPath
	if i > 0 && j > 0 {
		both = g.above[at] + g.cost(&g.a[i-1], &g.b[j-1])
	}
	if i > 0 && at+1 < g.width() {
		onlyA = g.above[at+1] + rowCost
	}
	if j > 0 && at > 0 {
		onlyB = g.costs[at-1] + rowCost
	}
	cost, into := min(both, onlyA, onlyB), stepBoth
	switch {
	case cost == both:
	case cost == onlyA && (cost != onlyB || g.a[i-1].json < g.b[j-1].json):
		into = stepA // the rows decide a tie, so that swapping the lists makes no difference
	default:
		into = stepB
	}
	g.costs[at], g.steps[i*g.width()+at] = cost, into
}

// path follows the steps back from the end.
func (g *grid) path() []rowPair {
	var pairs []rowPair
	for i, j := len(g.a), len(g.b); i > 0 || j > 0; {
		switch g.steps[i*g.width()+j-i-g.from] {
		case stepBoth:
			i, j = i-1, j-1
			pairs = append(pairs, rowPair{i, j})
		case stepA:
			i--
			pairs = append(pairs, rowPair{i, -1})
		case stepB:
			j--
			pairs = append(pairs, rowPair{-1, j})
		}
	}
	slices.Reverse(pairs)
	return pairs
}
