package compare

import "math"

// grid finds the cheapest alignment of two lists. Its cell (i, j) stands for the
// first i rows of A and the first j rows of B. A path through the grid leaves the
// diagonal only by rows without a partner, so a path that strays further than the
// cost by position allows can't be the cheapest: only a band of the grid is looked at.
type grid struct {
	*differ
	a, b []node

	from, to int    // of the band: the least and the greatest j − i
	steps    []step // into each cell of the band, row by row
	above    []int  // costs of the row of the grid above, by place in the band
	costs    []int  // costs of the row of the grid
}

// step is how the cheapest path comes into a cell.
type step byte

const (
	pair  step = iota // both rows together
	onlyA             // a row of A alone
	onlyB             // a row of B alone
)

// never is a cost that no path has.
const never = math.MaxInt / 2

// plan sets the width of the band.
func (g *grid) plan() {
	longer := len(g.b) - len(g.a)
	apart := max(longer, -longer)
	limit := apart * unit
	for i := range min(len(g.a), len(g.b)) {
		limit += g.cost(&g.a[i], &g.b[i])
	}
	aside := (limit/unit - apart) / 2
	g.from, g.to = min(longer, 0)-aside, max(longer, 0)+aside
	g.from, g.to = max(g.from, -len(g.a)), min(g.to, len(g.b))
}

func (g *grid) width() int { return g.to - g.from + 1 }

// size is the number of cells in the band.
func (g *grid) size() int { return (len(g.a) + 1) * g.width() }

// best returns the pairs of the cheapest alignment, in order.
func (g *grid) best() []rowPair {
	g.steps = make([]step, g.size())
	g.above, g.costs = make([]int, g.width()), make([]int, g.width())
	for i := range len(g.a) + 1 {
		for at := range g.width() {
			j := i + g.from + at
			if j < 0 || j > len(g.b) {
				g.costs[at] = never
				continue
			}
			g.fill(i, j, at)
		}
		g.above, g.costs = g.costs, g.above
	}
	return g.path()
}

// fill works out the cell (i, j), which stands at the given place in the band. In
// the row above, the same diagonal has the same place.
func (g *grid) fill(i, j, at int) {
	if i == 0 && j == 0 {
		g.costs[at] = 0
		return
	}
	together, alone, other := never, never, never
	if i > 0 && j > 0 {
		together = g.above[at] + g.cost(&g.a[i-1], &g.b[j-1])
	}
	if i > 0 && at+1 < g.width() {
		alone = g.above[at+1] + unit
	}
	if j > 0 && at > 0 {
		other = g.costs[at-1] + unit
	}
	cost, into := min(together, alone, other), pair
	switch {
	case cost == together:
	case cost == alone && (cost != other || g.a[i-1].json < g.b[j-1].json):
		into = onlyA // what the rows hold decides a tie, whichever list is A
	default:
		into = onlyB
	}
	g.costs[at], g.steps[i*g.width()+at] = cost, into
}

// path follows the steps back from the end.
func (g *grid) path() []rowPair {
	var pairs []rowPair
	for i, j := len(g.a), len(g.b); i > 0 || j > 0; {
		switch g.steps[i*g.width()+j-i-g.from] {
		case pair:
			i, j = i-1, j-1
			pairs = append(pairs, rowPair{i, j})
		case onlyA:
			i--
			pairs = append(pairs, rowPair{i, -1})
		case onlyB:
			j--
			pairs = append(pairs, rowPair{-1, j})
		}
	}
	for i, j := 0, len(pairs)-1; i < j; i, j = i+1, j-1 {
		pairs[i], pairs[j] = pairs[j], pairs[i]
	}
	return pairs
}
