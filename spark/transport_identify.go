package spark

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/sparkgo/spark-go/gen"
	"github.com/sparkgo/spark-go/spark/internal/version"
)

// requestIDHeader names the header of the ID that support asks for.
const requestIDHeader = "X-Request-Id"

// identifying gives each request a new ID, the tenant's name and the name of the
// library, as the vendor's own SDKs do. Other hosts don't get the tenant's name.
type identifying struct {
	next      gen.HttpRequestDoer
	tenant    string
	userAgent string
}

func (i identifying) Do(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	id := uuid.NewString()
	request.Header.Set(requestIDHeader, id)
	if i.tenant != "" {
		request.Header.Set(tenantHeader, i.tenant)
	}
	request.Header.Set("User-Agent", i.userAgent)
	if request.Header.Get("Accept") == "" {
		request.Header.Set("Accept", "application/json")
	}
	operationOf(request.Context()).requestID = id
	return i.next.Do(request)
}

// Version returns the version of this library in the running program, from its build
// information: "v1.2.3", or "(devel)" if it was built from a checkout.
func Version() string { return version.Module() }

// userAgent returns spark-go/{version}, after the user's own product if there is one.
func userAgent(product string) string {
	return strings.TrimLeft(product+" spark-go/"+Version(), " ")
}
