// Package sparktest emulates the Coherent Spark platform in the process: its API Call
// History API, its token endpoint and its file host. Use it in tests of programs that
// use the platform. For programs in other languages, sparklog serve runs the same
// emulator.
//
//	func TestExport(t *testing.T) {
//		server := sparktest.NewServer(t)
//		client, err := spark.NewClient(server.BaseURL, spark.BearerToken(server.BearerToken))
//		…
//	}
//
// The API and the file host listen on two ports of the loopback interface until the test
// ends. With [InMemory] there are no sockets: give your client a transport from
// [Server.Transport]. In a testing/synctest bubble, the jobs, tokens and files of such a
// server live in virtual time, so that a test of an export of three hours takes no time.
//
// # History
//
// Without a [Service] option the server has one service, "premium" in folder "motor", with
// the calls of Generate(History{}): the same 60 calls each time, from 2026-03-02 to
// 2026-03-06. [Server.Calls] returns all calls, to compare with what your program
// received.
//
// # Responses
//
//   - Every response of the API is an envelope. Its status is "Success" for Get Call ID
//     and for searches, and null for the other operations. A failure has an error in it,
//     or an errorCode in the envelope of searches.
//   - Get Call ID returns the record as a string that contains JSON, and null for a call
//     that doesn't exist. Without an index it returns the last record of a v4 call. An
//     index out of bounds is a 400.
//   - A search returns each call once, as its last record. Calls that arrive while a
//     client pages move others to later pages, as they do on the platform: see
//     [Server.AddCalls].
//   - A credential that is wrong, expired or missing is a 401. One without the permission
//     is a 403. An unknown service, job or call is a 404.
//   - The filters of exports are applied. Dates are days in UTC, and end_date means all of
//     that day. timezone_offset moves the log times. Those in CSV files stay the same
//     instant and show the zone; those in JSON files are local times without a zone.
//   - The progress of a job follows the time since its start. At 100, each status has a
//     new download URL, which expires (see [FileLifetime]). The ZIP contains several
//     files; in CSV, at least one for each version of the service.
//   - Files have an ETag and support ranges. A file has the same ETag under each of its
//     URLs.
//   - Requests that differ from the OpenAPI document are understood if known clients send
//     them: the last segments of the export paths in any letter case, date-times without a
//     zone (UTC), timezone_offset as a string, and the index as a further segment of Get
//     Call ID's path. The hosts respond to any host name.
//
// # Faults
//
// [Server.Fault] makes an operation misbehave:
//
//	server.Fault(sparktest.JobStatus, sparktest.Times(2), sparktest.Status(503), sparktest.RetryAfter(time.Second))
//	server.Fault(sparktest.File, sparktest.After(1), sparktest.Truncate(1000))
//
// These are the parts of a fault. Parts of different kinds can be combined:
//
//   - When it happens: [Times], [Always], [After], [When].
//   - Another response than the platform's: [Status], [HTML], [ErrorStatus], [Respond].
//   - Before the platform handles the request: [Delay], [Do].
//   - A change of the platform's response: [Header], [RetryAfter], [EditBody], [Progress],
//     [NoURL].
//   - How the response is sent: [Reset], [Lose], [ResetAfter], [Truncate], [Stall], [Slow],
//     [Hang].
//
// [Server.Requests] returns the requests that the server received, so that a test can
// check how its client reacted, and [Server.Jobs] the export jobs that were started. For
// faults that a server can't see, there is [Server.RefuseConnections].
//
// Before version 1.0, a minor version may change this API; CHANGELOG.md lists each change.
package sparktest
