package sparktest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// The document may gain operations before the emulator does.
func TestOperationThatIsNotEmulated(t *testing.T) {
	s := NewServer(t, InMemory())
	added := &route{methods: map[string]string{http.MethodGet: "getSomethingNew"}}
	answer := httptest.NewRecorder()
	s.serveRoute(answer, httptest.NewRequest(http.MethodGet, "/x", nil), added)
	require.Equal(t, http.StatusNotImplemented, answer.Code)
	require.Contains(t, answer.Body.String(), `"status":"Error"`)
	require.Equal(t, Unknown, added.operation(http.MethodGet))
}

// Each operation that the emulator claims is in the document.
func TestOperationsAreInTheDocument(t *testing.T) {
	found := make(map[string]bool)
	for _, route := range routes() {
		for _, id := range route.methods {
			found[id] = true
		}
	}
	for id := range operations {
		require.True(t, found[id], id)
	}
}
