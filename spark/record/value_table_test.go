package record_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTable(t *testing.T) {
	v := values(t, `{"T":[{"Year":1,"Amount":100.10},null,{},{"Note":"x","Amount":-3E+2,"Year":null},{"Amount":1,"Year":2,"a":3,"b":4}]}`)
	value, _ := v.Get("T")
	table, err := value.Table()
	require.NoError(t, err)
	require.Equal(t, []string{"Year", "Amount", "Note", "a", "b"}, table.Columns)
	require.Len(t, table.Rows, 5)
	require.Zero(t, table.Rows[1].Len())
	cell, ok := table.Rows[3].Get("Amount")
	require.True(t, ok)
	require.Equal(t, "-3E+2", cell.String())
	cell, ok = table.Rows[3].Get("Year")
	require.True(t, ok)
	require.True(t, cell.IsNull())
	_, ok = table.Rows[0].Get("Note")
	require.False(t, ok)

	var names []string
	for name := range table.Rows[3].All() {
		names = append(names, name)
	}
	require.Equal(t, []string{"Note", "Amount", "Year"}, names, "a row keeps its own order")

	for text, want := range map[string]string{
		`{"t":5}`:         "expected a table, found a number",
		`{"t":{"a":1}}`:   "expected a table, found an object",
		`{"t":[{},5]}`:    "row 1 is a number, not an object",
		`{"t":[[1],[2]]}`: "row 0 is a list, not an object",
	} {
		value, _ := values(t, text).Get("t")
		_, err := value.Table()
		require.ErrorContains(t, err, want)
	}
	for _, text := range []string{`{"t":[]}`, `{"t":null}`} {
		value, _ := values(t, text).Get("t")
		table, err := value.Table()
		require.NoError(t, err)
		require.Empty(t, table.Rows)
		require.Empty(t, table.Columns)
	}
}
