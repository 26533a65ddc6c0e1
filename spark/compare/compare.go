package compare

import "github.com/sparkgo/spark-go/spark/record"

// Options say what counts as a difference. The zero value compares everything that
// a call has, exactly.
type Options struct {
	// Tolerance lets small differences of numbers pass.
	Tolerance Tolerance
	// Ignore lists what isn't compared, as section and field: "metadata",
	// "metadata.Log time", "outputs.RunDate", "outputs.Cashflows[].Amount". These are
	// the fields of a [Change]. It covers what is nested in it as well. Names count
	// with upper and lower case.
	Ignore []string
}

// Calls compares two calls: inputs, outputs, errors, warnings and metadata, that is
// all other fields of [record.Call]. Members of a record that record.Call doesn't
// know aren't compared. Swapping the calls swaps each change, unless a table without
// a key has so many rows that not all ways to match them can be tried.
//
// Time and memory are in proportion to the size of what differs. Values nested more
// than 50 deep are compared as a whole.
func Calls(a, b *record.Call, options Options) *Diff {
	return newDiffer(options).calls(a, b)
}

// differ compares calls one pair after another.
type differ struct {
	tolerance tolerance
	ignored   map[string]bool

	section Section
	changes []Change
}

func newDiffer(options Options) *differ {
	d := &differ{tolerance: options.Tolerance.exact(), ignored: map[string]bool{}}
	for _, field := range options.Ignore {
		d.ignored[field] = true
	}
	return d
}

func (d *differ) calls(a, b *record.Call) *Diff {
	d.changes = []Change{}
	d.values(Outputs, a.Outputs, b.Outputs)
	d.messages(Errors, a.Errors, b.Errors)
	d.messages(Warnings, warnings(a), warnings(b))
	d.values(Inputs, a.Inputs, b.Inputs)
	d.metadata(a, b)
	return &Diff{A: refer(a), B: refer(b), Changes: d.changes}
}

func (d *differ) values(section Section, a, b record.Values) {
	d.root(section, valuesText(a), valuesText(b))
}

// valuesText returns the JSON of values; none are as good as an empty object.
func valuesText(values record.Values) string {
	if text := values.JSON(); text != nil {
		return string(text)
	}
	return "{}"
}

// root compares all of a section.
func (d *differ) root(section Section, a, b string) {
	if a == b || d.ignored[string(section)] {
		return
	}
	d.section = section
	before, after := d.parse(a, string(section)), d.parse(b, string(section))
	d.node(place{}, &before, &after)
}

// parse takes the value of a field apart, and leaves out what is ignored.
func (d *differ) parse(json, field string) node {
	n := parse(json)
	if len(d.ignored) > 0 {
		d.prune(&n, field)
	}
	return n
}

// prune leaves out what is ignored, so that rows are matched without it as well.
func (d *differ) prune(n *node, field string) {
	if n.kind == list {
		for i := range n.nodes {
			d.prune(&n.nodes[i], field+"[]")
		}
		return
	}
	kept := node{kind: n.kind, json: n.json}
	for i, name := range n.names {
		below := field + "." + printName(name)
		if d.ignored[below] {
			continue
		}
		d.prune(&n.nodes[i], below)
		kept.add(name, n.nodes[i])
	}
	*n = kept
}
