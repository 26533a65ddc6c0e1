// Package sparkgo holds the go:generate directives of the project: published
// documents, merged and corrected, become openapi/spark.yaml, and that becomes
// the gen package. Import github.com/sparkgo/spark-go/spark instead.
package sparkgo

//go:generate go run ./openapi/cmd/openapi build
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config gen/client.yaml openapi/spark.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config gen/server/server.yaml openapi/spark.yaml
