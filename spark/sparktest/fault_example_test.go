package sparktest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/sparkgo/spark-go/spark/internal/testfault"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// The service is overloaded twice, and says when to come again.
func ExampleServer_Fault_overload() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.GetCall, sparktest.Times(2), sparktest.Status(503), sparktest.RetryAfter(2*time.Second))
	for range 3 {
		fmt.Println(get(server, callPath))
	}
	// Output:
	// 503 Error
	// 503 Error
	// 200 Success
}

// A gateway answers with a web page.
func ExampleServer_Fault_gateway() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.Any, sparktest.HTML(502))
	fmt.Println(get(server, callPath))
	// Output:
	// 502 <!DOCTYPE html>
}

// The platform starts the job, but its answer is lost.
func ExampleServer_Fault_lostAnswer() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.StartExport, sparktest.Lose())
	_, _, err := send(server, http.MethodPost, exportPath)
	fmt.Println("failed:", err != nil)
	fmt.Println("jobs:", len(server.Jobs()))
	// Output:
	// failed: true
	// jobs: 1
}

// The third download breaks off after 1,000 bytes; the URL of the fourth has
// expired.
func ExampleServer_Fault_download() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.File, sparktest.After(2), sparktest.Truncate(1000))
	server.Fault(sparktest.File, testfault.ExpiredURL(), sparktest.When(func(*http.Request) bool {
		return len(server.Requests(sparktest.File)) == 4
	}))
	address := export(server)
	for range 4 {
		resp, err := server.Client().Get(address)
		if err != nil {
			fmt.Println(err)
			return
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		fmt.Println(resp.StatusCode, len(body) == int(resp.ContentLength), err)
	}
	// Output:
	// 200 true <nil>
	// 200 true <nil>
	// 200 false unexpected EOF
	// 403 true <nil>
}

// The progress goes back, and then the job fails for good.
func ExampleServer_Fault_job() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.JobStatus, sparktest.Progress(40, 35))
	server.Fault(sparktest.JobStatus, sparktest.Always(), sparktest.ErrorStatus())
	send(server, http.MethodPost, exportPath)
	for range 4 {
		_, body, _ := send(server, http.MethodGet, exportPath+"/status/"+server.Jobs()[0])
		fmt.Println(body[:60])
	}
	// Output:
	// {"status":null,"response_data":{"progress":40,"download_url"
	// {"status":null,"response_data":{"progress":35,"download_url"
	// {"status":"Error","response_data":null,"response_meta":null,
	// {"status":"Error","response_data":null,"response_meta":null,
}

// A client must not take its credential along to another host.
func ExampleServer_Fault_redirect() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.GetCall, testfault.Redirect(http.StatusTemporaryRedirect, server.ElsewhereURL))
	fmt.Println(get(server, callPath))
	for _, request := range server.Requests() {
		fmt.Println(request.Host, request.Header.Get("x-synthetic-key") != "")
	}
	// Output:
	// 200 Success
	// localhost:8080 true
	// 127.0.0.1:8082 true
}

// The connection breaks before the answer, and then within it.
func ExampleServer_Fault_reset() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.GetCall, sparktest.Reset())
	server.Fault(sparktest.GetCall, sparktest.ResetAfter(20))
	for range 3 {
		_, _, err := send(server, http.MethodGet, callPath)
		fmt.Println(errors.Is(err, syscall.ECONNRESET), err == nil)
	}
	// Output:
	// true false
	// true false
	// false true
}

// No answer comes, until the client gives up. In a test that runs in a bubble of
// testing/synctest that takes no time, however patient the client is.
func ExampleServer_Fault_hang() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.GetCall, sparktest.Hang())
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.BaseURL+callPath, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = server.Client().Do(req)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output:
	// true
}

// The answer comes late, and then in drops.
func ExampleServer_Fault_slow() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.GetCall, sparktest.Delay(5*time.Millisecond))
	server.Fault(sparktest.GetCall, sparktest.Slow(10, time.Millisecond))
	for range 2 {
		began := time.Now()
		fmt.Println(get(server, callPath), time.Since(began) > 5*time.Millisecond)
	}
	// Output:
	// 200 Success true
	// 200 Success true
}

// A failure comes with a 200, as the platform's sometimes do.
func ExampleServer_Fault_errorUnder200() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.StartExport, sparktest.ErrorStatus())
	code, body, _ := send(server, http.MethodPost, exportPath)
	fmt.Println(code, body[:18])
	// Output:
	// 200 {"status":"Error",
}

// The answer is half a JSON document, and then one with the wrong content type.
func ExampleServer_Fault_malformed() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.GetCall, testfault.MalformedJSON())
	server.Fault(sparktest.GetCall, sparktest.Header("Content-Type", "text/plain"))
	for range 2 {
		_, body, _ := send(server, http.MethodGet, callPath)
		fmt.Println(json.Valid([]byte(body)))
	}
	// Output:
	// false
	// true
}

// The file is damaged on its way, which its length doesn't tell.
func ExampleServer_Fault_corrupt() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.File, testfault.Corrupt())
	address := export(server)
	for range 2 {
		_, err := readZIP(download(server, address, ""))
		fmt.Println(err == nil)
	}
	// Output:
	// false
	// true
}

// The file is another one when the client comes for the rest: it gets the whole
// new one, since its If-Range doesn't fit any more.
func ExampleServer_Fault_changedFile() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.File, sparktest.After(1), testfault.ChangeFiles(server))
	address := export(server)
	resp, err := server.Client().Head(address)
	if err != nil {
		fmt.Println(err)
		return
	}
	resp.Body.Close()
	whole := download(server, address, resp.Header.Get("ETag"))
	_, err = readZIP(whole)
	fmt.Println(err)
	// Output:
	// <nil>
}

// A token ends before its time.
func ExampleServer_Fault_tokenExpiry() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.GetCall, sparktest.After(1), testfault.ExpireTokens(server))
	token := fetchToken(server)
	for range 3 {
		req, err := http.NewRequest(http.MethodGet, server.BaseURL+callPath, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := server.Client().Do(req)
		if err != nil {
			fmt.Println(err)
			return
		}
		resp.Body.Close()
		fmt.Println(resp.StatusCode)
		if resp.StatusCode == http.StatusUnauthorized {
			token = fetchToken(server)
		}
	}
	// Output:
	// 200
	// 401
	// 200
}

// The job gets stuck at 60, until somebody frees it.
func ExampleServer_Fault_stuckJob() {
	server := start()
	defer server.Close()
	stuck := server.Fault(sparktest.JobStatus, sparktest.Progress(60), sparktest.Always())
	send(server, http.MethodPost, exportPath)
	for range 2 {
		_, body, _ := send(server, http.MethodGet, exportPath+"/status/"+server.Jobs()[0])
		fmt.Println(body[:46])
	}
	stuck.Remove()
	_, body, _ := send(server, http.MethodGet, exportPath+"/status/"+server.Jobs()[0])
	fmt.Println(body[:47])
	// Output:
	// {"status":null,"response_data":{"progress":60,
	// {"status":null,"response_data":{"progress":60,
	// {"status":null,"response_data":{"progress":100,
}

// download gets a file, or with an ETag what is behind its first 100 bytes.
func download(server *sparktest.Server, address, etag string) []byte {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		panic(err)
	}
	if etag != "" {
		req.Header.Set("Range", "bytes=100-")
		req.Header.Set("If-Range", etag)
	}
	resp, err := server.Client().Do(req)
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		panic(err)
	}
	return data
}

// fetchToken gets a token for the client ID and secret.
func fetchToken(server *sparktest.Server) string {
	address := strings.TrimSuffix(server.BaseURL, "/"+server.Tenant) + "/auth/realms/" + server.Tenant + "/protocol/openid-connect/token"
	resp, err := server.Client().PostForm(address, url.Values{
		"grant_type": {"client_credentials"}, "client_id": {server.ClientID}, "client_secret": {server.ClientSecret},
	})
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	var token struct {
		Access string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&token); err != nil {
		panic(err)
	}
	return token.Access
}
