// Package gen is the client of the Coherent Spark API Call History, generated
// from openapi/spark.yaml: one method for each operation, and the types of requests
// and responses. It doesn't decode responses.
//
// Most programs want package spark, which adds credentials, retries, polling,
// downloads and friendlier types. Take this package for an operation or a field
// that spark doesn't have yet. Client.API of package spark shares its
// credentials and retries.
//
// The package follows the vendor's page and may change with it, in any version.
package gen
