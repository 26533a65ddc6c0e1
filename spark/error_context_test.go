package spark_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
)

// Wherever a cancelled context interrupts the work, the error has its cause.
func TestErrorHasTheCauseOfTheCancellation(t *testing.T) {
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done(); panic(r.Context().Err()) }
	later := respondStatus(http.StatusServiceUnavailable, "Retry-After", "30")
	waiting := spark.TokenFunc(func(ctx context.Context) (string, error) { <-ctx.Done(); return "", ctx.Err() })
	bearer := spark.BearerToken(hidden)
	getCalls := func(ctx context.Context, client *spark.Client) (last error) {
		for _, err := range client.GetCalls(ctx, []string{anyCallID, anyCallID}) {
			last = err
		}
		return last
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		auth    spark.Auth
		work    func(context.Context, *spark.Client) error
		option  spark.Option
		before  error // the failure before, which stays
	}{
		"request":                   {handler: hang, auth: bearer, work: getCall},
		"pause before a retry":      {handler: later, auth: bearer, work: getCall, before: spark.ErrUnavailable},
		"token endpoint":            {handler: hang, auth: spark.ClientCredentials("id", hidden, spark.WithTokenURL(apiOrigin)), work: getCall},
		"pause of a token request":  {handler: later, auth: spark.ClientCredentials("id", hidden, spark.WithTokenURL(apiOrigin)), work: getCall},
		"token function":            {handler: hang, auth: waiting, work: getCall},
		"token function of a start": {handler: hang, auth: waiting, work: operationsToTry["start CSV export"]},
		"token function of an Editor": {auth: waiting, work: func(ctx context.Context, client *spark.Client) error {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, client.BaseURL(), nil)
			require.NoError(t, err)
			return waiting.Editor()(ctx, request)
		}},
		"rate limit":     {handler: respond(recordResponse), auth: bearer, work: getCalls, option: spark.WithRateLimit(0.01, 1)},
		"parallel limit": {handler: hang, auth: bearer, work: getCalls, option: spark.WithMaxConcurrent(1)},
		"many calls":     {handler: hang, auth: bearer, work: getCalls},
		"search":         {handler: hang, auth: bearer, work: searchOnce},
		"workbook":       {handler: later, auth: bearer, work: writeWorkbookOf, before: spark.ErrUnavailable},
	} {
		t.Run(name, virtual(func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(time.Second, func() { cancel(errShutdown) })
			start := time.Now()
			err := test.work(ctx, apiWorld(t, test.handler).client(apiOrigin+"/t", test.auth, test.option))
			require.Equal(t, time.Second, time.Since(start))
			require.ErrorIs(t, err, errShutdown)
			require.ErrorIs(t, err, context.Canceled)
			require.Equal(t, 1, strings.Count(err.Error(), errShutdown.Error()), err)
			require.NotContains(t, err.Error(), "\n")
			if test.before != nil {
				require.ErrorIs(t, err, test.before)
			}
		}))
	}
}
