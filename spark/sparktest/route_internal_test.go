package sparktest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// The document may gain operations before the emulator does.
func TestOperationThatIsNotEmulated(t *testing.T) {
	s := NewServer(t, InMemory(), CheckRequests(nil))
	s.router.HandleFunc("GET /{tenant}/api/v3/new", nil)
	w := httptest.NewRecorder()
	s.serveAPI(w, httptest.NewRequest(http.MethodGet, "/my-tenant/api/v3/new", nil))
	require.Equal(t, http.StatusNotImplemented, w.Code)
	require.Contains(t, w.Body.String(), `"status":"Error"`)
}

// Each operation of the emulator is in the document.
func TestOperationsOfTheDocument(t *testing.T) {
	found := make(map[Operation]bool)
	for _, route := range NewServer(t, InMemory()).router {
		found[route.operation] = true
	}
	for _, operation := range []Operation{GetCall, Search, Workbook, LegacyWorkbook, StartExport, JobStatus} {
		require.True(t, found[operation], operation)
	}
}
