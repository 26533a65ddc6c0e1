// Package requestcheck lets this repository's tests check all requests to the
// emulator, without its importers linking what that takes.
package requestcheck

import "net/http"

// Default checks the requests to the servers of sparktest.NewServer. It is nil
// unless the program imports package contract, which sets it.
var Default func(*http.Request) error
