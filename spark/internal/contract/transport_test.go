package contract_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/sparkgo/spark-go/spark/internal/contract"
	"github.com/stretchr/testify/require"
)

// answers is a RoundTripper that reads the request's body and answers.
type answers func(body string) (*http.Response, error)

func (a answers) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
	}
	return a(string(body))
}

func answer(body io.Reader) *http.Response {
	return &http.Response{
		StatusCode: 200,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(body),
	}
}

// send sends one request through a Transport and gives what it reported.
func send(t *testing.T, req *http.Request, base answers) (resp *http.Response, reports []error, err error) {
	t.Helper()
	transport := contract.Transport(newValidator(t), base, func(err error) { reports = append(reports, err) })
	resp, err = transport.RoundTrip(req)
	return resp, reports, err
}

func TestTransportPassesOnWhatItChecks(t *testing.T) {
	req := newRequest(t, "POST", host+csvPath, `{"request_data":{"userName":"x"}}`)
	resp, reports, err := send(t, req, func(body string) (*http.Response, error) {
		require.Equal(t, `{"request_data":{"userName":"x"}}`, body)
		return answer(strings.NewReader(`{"response_data":null}`)), nil
	})
	require.NoError(t, err)
	require.Empty(t, reports)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, `{"response_data":null}`, string(body))
}

func TestTransportReportsViolationsOfBothSides(t *testing.T) {
	req := newRequest(t, "POST", host+csvPath, `{"typo":1}`)
	resp, reports, err := send(t, req, func(body string) (*http.Response, error) {
		require.Equal(t, `{"typo":1}`, body)
		return answer(strings.NewReader(`[]`)), nil
	})
	require.NoError(t, err)
	require.Len(t, reports, 2)
	require.ErrorContains(t, reports[0], "typo")
	require.ErrorContains(t, reports[1], "answer 200 of postLogDownloadCSV")
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, `[]`, string(body))
}

func TestTransportLeavesOthersAlone(t *testing.T) {
	for _, url := range []string{
		"http://localhost:8081" + "/docstore/file.zip",
		host + "/auth/realms/t/protocol/openid-connect/token",
	} {
		_, reports, err := send(t, newRequest(t, "GET", url, ""), func(string) (*http.Response, error) {
			return answer(strings.NewReader("anything")), nil
		})
		require.NoError(t, err)
		require.Empty(t, reports)
	}
}

func TestTransportPassesOnErrors(t *testing.T) {
	broken := errors.New("broken")
	_, reports, err := send(t, newRequest(t, "GET", host+callPath, ""), func(string) (*http.Response, error) {
		return nil, broken
	})
	require.ErrorIs(t, err, broken)
	require.Empty(t, reports)

	resp, reports, err := send(t, newRequest(t, "GET", host+callPath, ""), func(string) (*http.Response, error) {
		return answer(io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken))), nil
	})
	require.NoError(t, err)
	require.Empty(t, reports, "half an answer is no answer to check")
	body, err := io.ReadAll(resp.Body)
	require.ErrorIs(t, err, broken)
	require.Equal(t, "half", string(body))
}
