package published_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/openapi/internal/document"
	"github.com/sparkgo/spark-go/openapi/internal/page"
	"github.com/sparkgo/spark-go/openapi/internal/published"
)

// things returns a page with operations.
func things(t *testing.T, title string, ids ...string) *page.Page {
	t.Helper()
	text := "openapi: 3.1.0\npaths:\n"
	for _, id := range ids {
		text += "  /" + id + ": {get: {operationId: '" + id + "', description: of " + title + "}}\n"
	}
	parsed, err := page.Parse(title+".yaml", []byte(text))
	require.NoError(t, err)
	return parsed
}

func take(t *testing.T, root string, pages ...*page.Page) []string {
	t.Helper()
	before, err := published.Load(root)
	require.NoError(t, err)
	after, notes, err := before.With(pages)
	require.NoError(t, err)
	changes, err := after.Changes(before)
	require.NoError(t, err)
	_, err = changes.Apply(root)
	require.NoError(t, err)
	return notes
}

func list(t *testing.T, root string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, published.Dir, "*"))
	require.NoError(t, err)
	for i := range names {
		names[i] = filepath.Base(names[i])
	}
	return names
}

func TestAPageImportedAgain(t *testing.T) {
	root := t.TempDir()
	require.Empty(t, take(t, root, things(t, "A", "a1", "a2", "a/3"), things(t, "B", "b1", "b2")))
	require.Equal(t, []string{"a%2F3.json", "a1.json", "a2.json", "b1.json", "b2.json"}, list(t, root))

	require.Equal(t, []string{
		`removed a/3: the page "A" no longer has it`,
		`removed a2: the page "A" no longer has it`,
	}, take(t, root, things(t, "A", "a1", "a4")))
	require.Equal(t, []string{"a1.json", "a4.json", "b1.json", "b2.json"}, list(t, root), "operations of other pages stay")

	require.Equal(t, []string{`b1 moved from the page "B" to "A"`}, take(t, root, things(t, "A", "a1", "a4", "b1")))
	require.Equal(t, []string{`removed b2: the page "B" no longer has it`}, take(t, root, things(t, "B", "b3")))
	require.Equal(t, []string{"a1.json", "a4.json", "b1.json", "b3.json"}, list(t, root), "b1 belongs to another page now")
	pages, err := os.ReadFile(filepath.Join(root, published.Pages))
	require.NoError(t, err)
	require.Contains(t, string(pages), "A:\n  operations:\n    - a1\n    - a4\n    - b1\nB:\n  operations:\n    - b3\n")
}

func TestTheSamePageTwiceChangesNothing(t *testing.T) {
	root := t.TempDir()
	take(t, root, things(t, "A", "a1", "a2"))
	before, err := published.Load(root)
	require.NoError(t, err)
	after, notes, err := before.With([]*page.Page{things(t, "A", "a1", "a2")})
	require.NoError(t, err)
	require.Empty(t, notes)
	changes, err := after.Changes(before)
	require.NoError(t, err)
	written, err := changes.Apply(root)
	require.NoError(t, err)
	require.Empty(t, written)
}

// TestAPageIsKnownByItsURL imports a page from its URL, from a file, and from its
// URL under another title.
func TestAPageIsKnownByItsURL(t *testing.T) {
	root := t.TempDir()
	first := things(t, "A", "a1")
	first.URL = "https://example.com/a.md"
	take(t, root, first)
	take(t, root, things(t, "A", "a1", "a2"))
	set, err := published.Load(root)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"A": first.URL}, set.URLs, "a file doesn't take the URL away")

	renamed := things(t, "A, renamed", "a2")
	renamed.URL = first.URL
	require.Equal(t, []string{`removed a1: the page "A" no longer has it`, `a2 moved from the page "A" to "A, renamed"`}, take(t, root, renamed))
	set, err = published.Load(root)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"A, renamed": first.URL}, set.URLs)
}

func TestPagesThatCanNotStandSideBySide(t *testing.T) {
	set := &published.Set{}
	first, _, err := set.With([]*page.Page{things(t, "A", "a1")})
	require.NoError(t, err)
	other, err := page.Parse("B.yaml", []byte("openapi: 3.1.0\npaths: {/elsewhere: {get: {operationId: a1}}}\n"))
	require.NoError(t, err)
	_, _, err = first.With([]*page.Page{other})
	require.EqualError(t, err, "A.yaml (get /a1) and B.yaml (get /elsewhere) give two operations the same ID a1: change one in a copy of the page, and import the copy")
	_, _, err = set.With([]*page.Page{things(t, "A", "a1"), things(t, "B", "a1")})
	require.EqualError(t, err, "A.yaml and B.yaml define the operation a1 differently: leave one of them out")
}

// TestTheCommittedDocuments fails if somebody edits them by hand: they are
// canonical, named for their operations, and each came from a page.
func TestTheCommittedDocuments(t *testing.T) {
	set, err := published.Load("../../..")
	require.NoError(t, err)
	require.Len(t, list(t, "../../.."), len(set.Operations))
	for id, operation := range set.Operations {
		require.NotEmpty(t, operation.Page, id)
		data, err := os.ReadFile(filepath.Join("../../..", published.File(id)))
		require.NoError(t, err)
		canonical, err := document.Canonical(operation.Document.Root)
		require.NoError(t, err)
		require.Equal(t, string(canonical), string(data))
		parsed, err := page.Parse(id+".json", data)
		require.NoError(t, err)
		require.Len(t, parsed.Operations, 1)
		require.Equal(t, id, parsed.Operations[0].ID)
	}
}
