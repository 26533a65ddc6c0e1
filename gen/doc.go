// Package gen is the client of the Coherent Spark API Call History, generated
// from openapi/spark.yaml: one method an operation, and the types of requests
// and answers. It sends what it is given and decodes nothing.
//
// Most programs want package spark, which adds credentials, retries, polling,
// downloads and friendlier types. Take this package for an operation or a field
// that spark doesn't have yet; the client that a spark.Client holds shares its
// credentials and retries.
package gen
