// Package server is the server side of the API Call History, generated from
// openapi/spark.yaml, for the emulator in spark/sparktest.
package server
