package stats

import (
	"cmp"
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
	members  []*member
	others   tally // calls of replaced names
	replaced bool
}

// member is a name that is counted.
type member struct {
	name   string
	rank   int // at least the number of calls that the name had in all
	missed int // the rank at which it began: at most so many of its calls are among the others
	tally  tally
}

func newNames() *names { return &names{byName: map[string]*member{}} }

// tally returns the tally to which one more call with this name is to be added.
func (n *names) tally(name string) *tally {
	name = shorten(name)
	m := n.byName[name]
	if m == nil {
		m = n.replaceable()
		*m = member{name: strings.Clone(name), rank: m.rank, missed: m.rank}
		n.byName[m.name] = m
	}
	m.rank++
	return &m.tally
}

// replaceable returns a member for a new name: another one while there is room, then
// the one with the lowest rank, whose calls are now among the others.
func (n *names) replaceable() *member {
	if len(n.members) < maxNames {
		n.members = append(n.members, &member{})
		return n.members[len(n.members)-1]
	}
	m := n.members[0]
	for _, other := range n.members {
		if other.rank < m.rank {
			m = other
		}
	}
	n.others.merge(&m.tally)
	n.replaced = true
	delete(n.byName, m.name)
	return m
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
	members = slices.Clone(n.members)
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
