// Package version finds out which version of this library a program contains.
package version

import (
	"runtime/debug"
	"sync"
)

const modulePath = "github.com/sparkgo/spark-go"

// Module returns the version of this library in the running program, from its build
// information: "v1.2.3", or "(devel)" if it was built from a checkout. Reading the build
// information is slow, so it is read only once.
var Module = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(devel)"
	}
	for _, module := range append(info.Deps, &info.Main) {
		if module.Path == modulePath && module.Version != "" {
			return module.Version
		}
	}
	return "(devel)"
})
