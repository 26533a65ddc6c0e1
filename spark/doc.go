// Package spark is a client for the API Call History of Coherent Spark, the platform
// that turns Excel models into web services and records every call to them.
//
//	package main
//
//	import (
//		"context"
//		"fmt"
//		"log"
//		"os"
//
//		"github.com/sparkgo/spark-go/spark"
//	)
//
//	func main() {
//		client, err := spark.NewClient("https://excel.uat.us.coherent.global/my-tenant", spark.BearerToken(os.Getenv("CSPARK_BEARER_TOKEN")))
//		if err != nil {
//			log.Fatal(err)
//		}
//		call, err := client.GetCall(context.Background(), os.Args[1]) // a call ID
//		if err != nil {
//			log.Fatal(err)
//		}
//		fmt.Println(call.LogTime, call.User, call.Inputs, call.Outputs)
//	}
//
// I want to …
//
//	find a call                                  Service.Search
//	fetch one call, or many                      Client.GetCall, Client.GetCalls
//	loop over the calls that match a filter      Service.Calls
//	export calls to a ZIP archive                Service.Export
//	start an export, and fetch it later          Service.StartExport, Job.Wait, Job.Save
//	resume an export in another process          Client.ResumeJob
//	save the workbook with a call's inputs       Service.SaveWorkbook
//	use the credentials in the environment       NewClientFromEnv
//	send a request that has no method here       Client.API
//	authenticate a generated client of my own    Auth.Editor
//
// # Credentials
//
// [BearerToken], [APIKey], [ClientCredentials], [ClientCredentialsFile],
// [TokenSource] and [TokenFunc] return credentials, and [NewClientFromEnv] reads them
// from the environment. They are sent only to the API's own host, the token endpoint,
// file hosts of the same environment (https://*.{environment}.coherent.global), and
// hosts named by [WithFileHosts]. No redirect carries them elsewhere. They are not sent
// over plain http, except to this machine or with [WithPlainHTTP]. After a 401, a
// refreshable credential is refreshed once, and all concurrent requests share the
// result.
//
// # Retry
//
// Requests that fail for a transient reason are retried, up to
// [RetryPolicy].MaxAttempts times in all, after random waits below a limit that
// doubles, or after the time that Retry-After asks for. If the context's deadline would
// expire before the next attempt, the request fails at once. When a request is retried
// depends on the operation:
//
//	get call                      connection errors, 408, 429, 500, 502, 503, 504
//	download as Excel             connection errors, 408, 429, 500, 502, 503, 504
//	download as Excel (legacy)    connection errors, 408, 429, 500, 502, 503, 504
//	start CSV export              no connection was made, 429, 503 with Retry-After
//	get CSV export status         connection errors, 408, 429, 500, 502, 503, 504
//	start JSON export             no connection was made, 429, 503 with Retry-After
//	get JSON export status        connection errors, 408, 429, 500, 502, 503, 504
//	search calls                  connection errors, 408, 429, 500, 502, 503, 504
//	download file                 connection errors, 408, 429, 500, 502, 503, 504
//	get access token              connection errors, 408, 429, 500, 502, 503, 504
//
// The start of an export isn't retried if the platform may have acted on it, so that
// there is never a second job. A download resumes where it broke off. If the file host
// refuses the URL, the client requests a new one, at most twice in a row.
//
// # Polling
//
// [Job.Wait] requests the status every 250 ms to 30 s, or when Retry-After says. If the
// platform reports progress, it waits half of the estimated remaining time, otherwise a
// fifth of the time that the job has been running. The end of a one-minute job is noticed
// within 1 s with progress and within 6 s without it, that of a job of hours within 15 s
// on average. [WithPollInterval] changes the bounds.
//
// Transient failures are tolerated for 30 seconds before the first usable response, and
// for 5 minutes after it ([WithOutageLimit]). A job has failed if the platform reports an
// error for it for a minute. [WithProgress] and [WithObserver] report each failure.
//
// # Errors
//
// An argument that can't be used is an [*ArgumentError], and nothing is sent.
// A failed request is an [*APIError], with its request ID. A failed job or a wait that
// ended early is a [*JobError], and a download that did not complete is a
// [*DownloadError]. Both say how to resume. [errors.Is] distinguishes
// [ErrNotFound], [ErrUnauthorized], [ErrForbidden] and the other sentinels. If the
// context ended the work, the error matches its error and its cause ([context.Cause]). No
// error contains a credential or the URL of a file.
//
// # Compatibility
//
// Before version 1.0, a minor version may change this API; CHANGELOG.md lists each change.
// What [Client.API] and [Auth.Editor] return follows package gen, which may change with
// the vendor's page.
//
// # See also
//
//   - [github.com/sparkgo/spark-go/spark/record] reads calls, rows and archives, without a network.
//   - [github.com/sparkgo/spark-go/spark/mirror] maintains a local copy of a service's history, as ZIP and Parquet files.
//   - [github.com/sparkgo/spark-go/spark/compare] compares calls and archives.
//   - [github.com/sparkgo/spark-go/spark/stats] summarizes calls.
//   - [github.com/sparkgo/spark-go/spark/parquet] writes calls as Parquet files.
//   - [github.com/sparkgo/spark-go/spark/sparktest] emulates the platform for your tests.
//   - cmd/sparklog is the command-line program.
package spark
