// Package sparkgo has the go:generate directive of the project: published
// documents, merged and corrected, become openapi/spark.yaml, and that becomes
// package gen. Import github.com/sparkgo/spark-go/spark instead.
package sparkgo

//go:generate go run ./openapi/cmd/openapi build
