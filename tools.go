//go:build tools

package sparkgo

// The generator is pinned in go.mod through this import. Nobody imports this
// package, so it reaches no program that uses spark.
import _ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
