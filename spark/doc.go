// Package spark is a client of the API Call History of Coherent Spark, the
// platform that turns Excel models into web services and keeps every call to them.
//
// A [Client] belongs to a tenant. It fetches calls by ID; a [Service] of it saves
// the Excel workbook of a call, and exports calls by the month as CSV or JSON:
//
//	client, err := spark.NewClient("https://excel.uat.us.coherent.global/my-tenant", spark.BearerToken(token))
//	call, err := client.Call(ctx, callID)
//
//	service := client.Service("my-folder", "my-service")
//	err = service.SaveWorkbook(ctx, callID, "call.xlsx")
//	archive, err := service.Export(ctx, spark.JSON, spark.Filter{FromDate: from})
//
// # Credentials
//
// [BearerToken], [SyntheticKey], [ClientCredentials], [TokenSource] and
// [TokenFunc] make them, [NewClientFromEnv] takes them from the environment. They
// go to the API's own host, to the token endpoint, and to file hosts of the same
// environment (https://*.{environment}.coherent.global) or hosts named by
// [WithFileHosts]: nowhere else, by no redirect, and not over plain http except
// to this machine. One that can be renewed is renewed once after a 401, for all
// concurrent requests together.
//
// # Retry
//
// What failed for a passing reason is repeated by operation, up to
// [RetryPolicy].MaxAttempts times, after random waits below a bound that doubles,
// or after what Retry-After asks for. A wait that the context's deadline would
// cut short isn't begun.
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
// is never a second job. A file goes on from where it broke off.
//
// # Polling
//
// [Job.Wait] asks for a job's status when it expects news. While the progress says
// nothing, each wait is a fifth of the time waited so far, so that the end is
// noticed late by a tenth of the job's length on average. Once the progress
// climbs, the finish is extrapolated from it, and asked for when it is expected.
// Retry-After is honoured, failures that may pass don't end the wait, and
// [WaitLimit] does. This is simulated (lag: from the end of a job to the answer
// that tells; polls: the most that any of 300 jobs took):
//
//	              adaptive, percent   adaptive, told nothing                every 2 s    1 s, ×1.5, up to 30 s
//	lag        mean     95 %  polls     mean     95 %  polls     mean     95 %  polls     mean     95 %  polls
//	0.2 s     0.4 s    0.9 s      2    0.4 s    0.9 s      2    1.9 s    2.0 s      1    0.9 s    1.0 s      1
//	0.5 s     0.5 s    0.8 s      2    0.5 s    0.8 s      2    1.6 s    1.7 s      1    0.6 s    0.7 s      1
//	1.0 s     0.3 s    0.6 s      3    0.4 s    0.8 s      3    1.1 s    1.2 s      1    0.5 s    1.7 s      2
//	2.0 s     0.2 s    0.4 s      6    0.5 s    0.8 s      4    0.9 s    2.2 s      2    0.7 s    0.9 s      2
//	5.0 s     0.3 s    0.4 s      8    0.5 s    0.9 s      8    1.3 s    1.8 s      3    1.8 s    3.5 s      4
//	10 s      0.3 s    0.6 s      9    0.9 s    1.8 s     12    1.0 s    2.0 s      6    3.8 s    4.7 s      5
//	30 s      0.8 s    1.3 s     10    2.9 s    5.6 s     19    1.1 s    2.1 s     16    3.3 s    5.8 s      8
//	1 min     1.5 s    2.6 s     11    5.7 s     11 s     23    1.1 s    2.1 s     32     16 s     21 s      9
//	2 min     3.1 s    5.1 s     12     11 s     22 s     27    1.2 s    2.1 s     63     16 s     27 s     11
//	5 min     6.4 s     12 s     17     27 s     54 s     32    1.1 s    2.0 s    157     15 s     29 s     18
//	10 min     16 s     24 s     22     55 s  1.8 min     37    1.2 s    2.1 s    313     15 s     29 s     29
//	30 min     50 s  1.2 min     28  2.7 min  5.4 min     43    1.1 s    2.1 s    937     15 s     28 s     73
//	1 h     1.6 min  2.4 min     32  5.7 min   11 min     47    1.2 s    2.1 s   1867     15 s     29 s    138
//	2 h     1.9 min  4.7 min     37   11 min   22 min     51    1.1 s    2.1 s   3744     16 s     29 s    270
//
// A job that reports in large steps costs up to 60 requests: until its first step
// it looks like one that reports nothing.
//
// # Errors
//
// A value that can't be used is an [*ArgumentError], before anything is sent. A
// request that failed is an [*APIError] with its request ID, a job that failed or
// a wait that ended early a [*JobError], a download that broke off a
// [*DownloadError]; these say how to go on. [errors.Is] tells kinds apart:
// [ErrNotFound], [ErrUnauthorized], [ErrForbidden] and the other sentinels. No
// error holds a credential or the address of a file.
package spark
