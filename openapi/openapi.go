// Package openapi embeds the merged and corrected OpenAPI 3.1 document of the
// API Call History, for the emulator, for tests and for tools that want it.
// Package spark doesn't import it.
package openapi

import _ "embed"

// Document is openapi/spark.yaml: the published documents and our supplements,
// merged, with the corrections of openapi/overlay.yaml. It must not be changed.
//
//go:embed spark.yaml
var Document []byte

// Facade is openapi/facade.yaml: what package spark makes of each operation.
// Package facade reads it. It must not be changed.
//
//go:embed facade.yaml
var Facade []byte
