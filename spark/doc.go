// Package spark is a client of the API Call History of Coherent Spark, the
// platform that turns Excel models into web services and keeps every call to them.
//
// A [Client] belongs to a tenant. It fetches calls by ID; a [Service] of it saves
// the Excel workbook of a call, and exports months of calls as CSV or JSON:
//
//	client, err := spark.NewClient("https://excel.uat.us.coherent.global/my-tenant", spark.BearerToken(token))
//	call, err := client.GetCall(ctx, callID)
//
//	service := client.Service("my-folder", "my-service")
//	err = service.SaveWorkbook(ctx, callID, "call.xlsx")
//	archive, err := service.Export(ctx, spark.FormatJSON, spark.Filter{FromDate: from})
//
// # Credentials
//
// [BearerToken], [APIKey], [ClientCredentials], [TokenSource] and
// [TokenFunc] make them, [NewClientFromEnv] takes them from the environment. They
// go to the API's own host, to the token endpoint, and to file hosts of the same
// environment (https://*.{environment}.coherent.global) or hosts named by
// [WithFileHosts]: nowhere else, by no redirect, and not over plain http except
// to this machine. After a 401, a refreshable credential is refreshed once, and all
// concurrent requests share the result.
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
//	start CSV export              no connection came about, 429, 503 with Retry-After
//	get CSV export status         connection errors, 408, 429, 500, 502, 503, 504
//	start JSON export             no connection came about, 429, 503 with Retry-After
//	get JSON export status        connection errors, 408, 429, 500, 502, 503, 504
//	download file                 connection errors, 408, 429, 500, 502, 503, 504
//	get access token              connection errors, 408, 429, 500, 502, 503, 504
//
// An export isn't started again where the platform may have acted, so that there
// is never a second job. A download resumes where it broke off.
//
// # Polling
//
// [Job.Wait] requests a job's status at intervals of 250 ms to 30 s, or when the
// platform's Retry-After asks for it. Where the progress gives an estimate of the
// remaining time, half of it passes before the next request; otherwise a fifth of
// the time that the job has been running. So the end of a job of a minute is
// noticed within a second, that of one which reports no progress within 6 s, and
// that of a job of hours within 15 s on average. [WithPollInterval] sets other
// bounds.
//
// Transient failures don't end the wait, and neither do responses that aren't the
// platform's. They are bridged for 30 seconds until the first usable response, and
// for 5 minutes afterwards ([WithOutageLimit]). A job for which the platform
// reports an error for a minute has failed. [WithProgress] and [WithObserver] see
// each failure.
//
// # Errors
//
// A value that can't be used is an [*ArgumentError], before anything is sent. A
// request that failed is an [*APIError] with its request ID, a job that failed or
// a wait that ended early a [*JobError], a download that broke off a
// [*DownloadError]; these say how to resume. [errors.Is] tells kinds apart:
// [ErrNotFound], [ErrUnauthorized], [ErrForbidden] and the other sentinels. No
// error contains a credential or the URL of a file.
package spark
