//go:build tools

package sparkgo

// The import pins the generator in go.mod. Programs that use spark don't link it,
// since they don't import this package.
import _ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
