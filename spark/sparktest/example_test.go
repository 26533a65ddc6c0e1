package sparktest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

// In a test use NewServer, which closes the server when the test ends.
func Example() {
	server, err := sparktest.Start(
		sparktest.InMemory(),
		sparktest.Service("motor", "premium", sparktest.Call{
			ID:      "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
			User:    "ada@example.com",
			Outputs: json.RawMessage(`{"Premium": 612.30}`),
		}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	// Give your program server.BaseURL, a credential such as
	// server.BearerToken, and server.Client() or server.Transport().
	fmt.Println(server.BaseURL)
	fmt.Println(get(server, callPath))
	fmt.Println(server.Requests()[0].Operation)
	// Output:
	// http://localhost:8080/my-tenant
	// 200 Success
	// GetCall
}

// A history of a month, made up from a seed.
func ExampleGenerate() {
	calls := sparktest.Generate(sparktest.History{Calls: 1000, Span: 30 * 24 * time.Hour, Seed: 42})
	server, err := sparktest.Start(
		sparktest.Service("motor", "premium", calls...),
		sparktest.Service("home & contents", "quote 50%"), // with an empty history
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	fmt.Println(len(server.Calls()), "records of", len(ids(server)), "calls")
	// Output:
	// 1163 records of 1000 calls
}

func ids(server *sparktest.Server) map[string]bool {
	ids := make(map[string]bool)
	for _, call := range server.Calls() {
		ids[call.ID] = true
	}
	return ids
}

// Paths below the base URL.
const (
	callPath   = "/api/v3/log/getexecutionhistorybycallid/3f2504e0-4f89-41d3-9a0c-0305e82c3301"
	exportPath = "/api/v3/folders/motor/services/premium/log/downloadJSON"
)

func start() *sparktest.Server {
	server, err := sparktest.Start(sparktest.InMemory(), sparktest.JobDuration(0))
	if err != nil {
		panic(err)
	}
	return server
}

// send sends a request as a careless client does: net/http takes the API key
// along on a redirect.
func send(server *sparktest.Server, method, path string) (code int, body string, err error) {
	req, err := http.NewRequest(method, server.BaseURL+path, nil)
	if err != nil {
		return 0, "", err
	}
	if method == http.MethodPost {
		req.Body = io.NopCloser(strings.NewReader("{}"))
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("x-synthetic-key", server.APIKey)
	req.Header.Set("x-tenant-name", server.Tenant)
	resp, err := server.Client().Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(data), err
}

// get returns the status code, and the envelope's status or the first line.
func get(server *sparktest.Server, path string) string {
	code, body, err := send(server, http.MethodGet, path)
	if err != nil {
		return err.Error()
	}
	var envelope struct{ Status string }
	if json.Unmarshal([]byte(body), &envelope) == nil {
		return fmt.Sprint(code, " ", envelope.Status)
	}
	line, _, _ := strings.Cut(body, "\n")
	return fmt.Sprint(code, " ", line)
}

// export starts a job and returns its download URL.
func export(server *sparktest.Server) string {
	send(server, http.MethodPost, exportPath)
	_, body, err := send(server, http.MethodGet, exportPath+"/status/"+server.Jobs()[0])
	if err != nil {
		panic(err)
	}
	var status struct {
		Data struct {
			URL string `json:"download_url"`
		} `json:"response_data"`
	}
	if err := json.Unmarshal([]byte(body), &status); err != nil {
		panic(err)
	}
	return status.Data.URL
}

// The service is overloaded twice, and says when to try again.
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

// The platform starts the job, but its response is lost.
func ExampleServer_Fault_lostResponse() {
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

// The third download breaks off after 1,000 bytes, and the fourth is refused.
func ExampleServer_Fault_download() {
	server := start()
	defer server.Close()
	server.Fault(sparktest.File, sparktest.After(2), sparktest.Truncate(1000))
	server.Fault(sparktest.File, sparktest.Status(403), sparktest.When(func(*http.Request) bool {
		return len(server.Requests(sparktest.File)) == 4
	}))
	url := export(server)
	for range 4 {
		resp, err := server.Client().Get(url)
		if err != nil {
			fmt.Println(err)
			return
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		fmt.Println(resp.StatusCode, err)
	}
	// Output:
	// 200 <nil>
	// 200 <nil>
	// 200 unexpected EOF
	// 403 <nil>
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
