// Package sparktest is a Coherent Spark platform in the process: its API Call
// History API, its token endpoint and its file host. It is for the tests of
// programs that use such a platform, for demonstrations, and for clients in
// any language. It knows nothing of package spark, so it can prove it.
//
//	func TestExport(t *testing.T) {
//		server := sparktest.NewServer(t)
//		client, err := spark.NewClient(server.BaseURL, spark.BearerToken(server.BearerToken))
//		…
//	}
//
// A server listens on two ports of the loopback interface, one for the API and
// one for the file host, and stops with the test. With InMemory it has no
// sockets: give your client a transport from Server.Transport. In a
// testing/synctest bubble such a server's jobs, tokens and files then live in
// virtual time, so that the test of an export of three hours takes no time.
//
// # History
//
// A server without a Service option has one service, "premium" in folder
// "motor", with the history of Generate(History{}): the same 60 calls each
// time, from 2026-03-02 to 2026-03-06. Server.Calls lists what there is, to
// compare with what your program got.
//
// # How it answers
//
//   - Every answer of the API is an envelope. Its status is "Success" for Get
//     Call ID and null for the other operations. Failures have an error in it.
//   - Get Call ID gives the record as a JSON document in a string, and null for
//     a call that doesn't exist. Without an index it takes the last record of a
//     v4 call; an index that is out of bounds is a 400.
//   - A credential that is wrong, expired or missing is a 401; one without the
//     permission is a 403; an unknown service, job or workbook's call a 404.
//   - Filters of exports are applied. Dates are days in UTC, and end_date is
//     inside: a date means all of that day. timezone_offset moves the log times:
//     those of CSV files keep their instant and show the zone, those of JSON
//     files are local times without a zone.
//   - A job's progress follows the time since its start. At 100 each status
//     gives a new download URL, good for a while (see FileLifetime). Its ZIP
//     holds several files, in CSV at least one for each version of the service.
//   - Files have an ETag and serve ranges. The same file has the same ETag
//     under each of its URLs.
//   - Requests are checked against the OpenAPI document; see Server.Violations.
//   - The last segments of the export paths may be in any letter case. What
//     clients in other languages write otherwise than the document says is
//     understood too: date-times without a zone, which are in UTC,
//     timezone_offset as a text, and the index as a further segment of Get Call
//     ID's path. The hosts answer by whatever name they are called.
//
// # Faults
//
// Server.Fault makes an operation misbehave: so often, and in such a way.
//
//	server.Fault(sparktest.JobStatus, sparktest.Times(2), sparktest.Status(503), sparktest.RetryAfter(time.Second))
//	server.Fault(sparktest.File, sparktest.After(1), sparktest.Truncate(1000))
//
// When it happens: Times, Always, After, When. What is answered instead of the
// platform's answer: Status, BareStatus, HTML, Answer, ErrorStatus,
// ErrorMember, Redirect, ExpiredURL. What becomes of the platform's answer:
// Header, RetryAfter, ContentType, EmptyBody, CutShort, MalformedJSON, Corrupt,
// Progress, NoURL, FilesElsewhere, NoRanges. What happens before it: Delay,
// ExpireTokens, ChangeFiles. How it is delivered: Reset, Lose, ResetAfter,
// Truncate, Stall, Slow, Hang. Parts of different kinds go together.
//
// Server.Requests lists what the server was sent, to see what a client did
// about it; Server.Jobs, what the platform did. Server.RefuseConnections is
// for the faults that a server can't see.
package sparktest
