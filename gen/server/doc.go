// Package server is the server side of the API Call History, generated from
// openapi/spark.yaml, for the emulator in spark/sparktest. It follows the vendor's page
// and may change with it, in any version.
package server
