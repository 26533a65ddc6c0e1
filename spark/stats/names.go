package stats

import (
	"cmp"
	"container/heap"
	"slices"
	"strings"
)

const (
	maxNames     = 256 // that are counted at a time
	maxNameBytes = 200 // longer names are cut
)

// names counts calls by name in bounded memory, by the Space-Saving algorithm: a new
// name for which there is no room replaces the one with the lowest rank and inherits
// its rank. So a name's rank is never less than the number of its calls, and frequent
// names stay, whenever they occur.
type names struct {
	byName   map[string]*member
	queue    queue // lowest rank first
	others   tally // calls of replaced names
	replaced bool
}

// member is a name that is counted.
type member struct {
	name   string
	rank   int // at least the number of calls that the name had in all
	missed int // the rank at which it began: at most so many of its calls are among the others
	tally  tally
	index  int // in the queue
}

func newNames() *names { return &names{byName: map[string]*member{}} }

func (n *names) add(name string, o observation) {
	name = shorten(name)
	m := n.byName[name]
	switch {
	case m != nil:
	case len(n.queue) < maxNames:
		m = &member{name: strings.Clone(name)}
		heap.Push(&n.queue, m)
		n.byName[m.name] = m
	default:
		m = n.queue[0]
		n.others.merge(&m.tally)
		n.replaced = true
		delete(n.byName, m.name)
		*m = member{name: strings.Clone(name), rank: m.rank, missed: m.rank} // at the same index
		n.byName[m.name] = m
	}
	m.rank++
	m.tally.add(o)
	heap.Fix(&n.queue, m.index)
}

// shorten limits the memory that a name takes.
func shorten(name string) string {
	if len(name) <= maxNameBytes {
		return name
	}
	return strings.ToValidUTF8(name[:maxNameBytes], "") + "…"
}

// list returns the most frequent names, the tally of all others together, and how
// many names there are, or 0 if they are too many to be counted.
func (n *names) list(limit int) (members []*member, others tally, all int) {
	members = slices.Clone(n.queue)
	slices.SortFunc(members, func(a, b *member) int {
		return cmp.Or(cmp.Compare(b.tally.calls, a.tally.calls), cmp.Compare(a.name, b.name))
	})
	if !n.replaced {
		all = len(members)
	}
	limit = min(limit, len(members))
	others.merge(&n.others)
	for _, m := range members[limit:] {
		others.merge(&m.tally)
	}
	return members[:limit], others, all
}

func (n *names) breakdown(limit int) Breakdown {
	members, others, all := n.list(limit)
	b := Breakdown{Groups: []Group{}, Names: all}
	for _, m := range members {
		b.Groups = append(b.Groups, Group{Name: m.name, Missed: m.missed, Numbers: m.tally.numbers()})
	}
	if others.calls > 0 {
		numbers := others.numbers()
		b.Other = &numbers
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

// Pop is part of heap.Interface. No member is ever removed.
func (q *queue) Pop() any { panic("stats: a member can't be removed") }
