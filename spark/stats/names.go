package stats

import (
	"cmp"
	"container/heap"
	"slices"
	"strings"
)

const (
	mostNames   = 256 // that are followed at a time
	longestName = 200 // in bytes; longer ones are cut
)

// names counts calls by name in the memory of mostNames of them, by the
// Space-Saving algorithm: when a new name comes and there is no room, the one with
// the lowest rank makes way and the new one inherits its rank. So a name's rank is
// never less than the number of its calls, and names that are frequent stay,
// whenever they come.
type names struct {
	byName map[string]*member
	queue  queue // lowest rank first
	rest   tally // calls of names that made way
	gone   bool  // some did
}

// member is a name that is followed.
type member struct {
	name   string
	rank   int // at least the number of calls that the name had in all
	missed int // the rank that it began with: at most so many of its calls are in the rest
	tally  tally
	index  int // in the queue
}

func newNames() *names { return &names{byName: map[string]*member{}} }

func (n *names) add(name string, o observation) {
	name = shorten(name)
	m := n.byName[name]
	switch {
	case m != nil:
	case len(n.queue) < mostNames:
		m = &member{name: strings.Clone(name)}
		heap.Push(&n.queue, m)
		n.byName[m.name] = m
	default:
		m = n.queue[0]
		n.rest.merge(&m.tally)
		n.gone = true
		delete(n.byName, m.name)
		*m = member{name: strings.Clone(name), rank: m.rank, missed: m.rank} // at the same index
		n.byName[m.name] = m
	}
	m.rank++
	m.tally.add(o)
	heap.Fix(&n.queue, m.index)
}

// shorten bounds the memory that a name takes.
func shorten(name string) string {
	if len(name) <= longestName {
		return name
	}
	return strings.ToValidUTF8(name[:longestName], "") + "…"
}

// breakdown lists the most frequent names, and puts all others together.
func (n *names) breakdown(most int) Breakdown {
	members := slices.Clone(n.queue)
	slices.SortFunc(members, func(a, b *member) int {
		return cmp.Or(cmp.Compare(b.tally.calls, a.tally.calls), cmp.Compare(a.name, b.name))
	})
	b := Breakdown{Groups: []Group{}}
	if !n.gone {
		b.Names = len(members)
	}
	var rest tally
	rest.merge(&n.rest)
	for i, m := range members {
		if i >= most {
			rest.merge(&m.tally)
			continue
		}
		b.Groups = append(b.Groups, Group{Name: m.name, Missed: m.missed, Numbers: m.tally.numbers()})
	}
	if rest.calls > 0 {
		b.Other = &Numbers{}
		*b.Other = rest.numbers()
	}
	return b
}

// queue is a heap of members by rank.
type queue []*member

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].rank < q[j].rank }
func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *queue) Push(m any) {
	m.(*member).index = len(*q)
	*q = append(*q, m.(*member))
}

// Pop is for the interface; no member leaves but for another.
func (q *queue) Pop() any {
	last := len(*q) - 1
	m := (*q)[last]
	*q = (*q)[:last]
	return m
}
