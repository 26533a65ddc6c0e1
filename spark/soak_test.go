package spark_test

import (
	"context"
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

var soakTime = flag.Duration("soak", 0, "how long TestSoak takes; 0 leaves it out")

const (
	soakWorkers = 64
	soakRound   = 5 * time.Second
)

// TestSoak mixes all operations in many goroutines, over real connections and
// under random faults, in rounds. The clients live as long as the test. Between
// rounds, when the emulator is closed, no goroutine, open body or file may remain, and no
// more memory may be in use than after the first rounds.
func TestSoak(t *testing.T) {
	if *soakTime <= 0 {
		t.Skip("make soak runs it")
	}
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	before := goleak.IgnoreCurrent()
	s := newSoak(t)
	rounds := max(4, int(*soakTime/soakRound))
	var heaps []int64
	for range rounds {
		s.round(*soakTime / time.Duration(rounds))
		require.Zero(t, s.transport.open.Load(), "open bodies")
		require.NoError(t, goleak.Find(before))
		requireOnly(t, temporary)
		heaps = append(heaps, heapInUse())
		t.Logf("%7d requests; heap %.1f MB", s.requests, float64(heaps[len(heaps)-1])/1e6)
	}
	for _, outcome := range slices.Sorted(maps.Keys(s.outcomes)) {
		t.Logf("%7d %s", s.outcomes[outcome], outcome)
	}
	for _, operation := range soakOperations {
		require.Positive(t, s.outcomes[operation.name+": ok"], operation.name)
	}
	usual := heaps[1] // the first round fills pools
	require.Less(t, heaps[len(heaps)-1], usual+usual/4+2<<20, "heap after each round: %d", heaps)
}

func heapInUse() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC() // what was in pools is free after the second
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// soak is the state that all workers share.
type soak struct {
	*testing.T
	transport *bodyCounter
	clients   []*spark.Client
	addresses []string // of API and files, the same in each round
	server    atomic.Pointer[sparktest.Server]
	calls     []sparktest.Call // that each emulator has
	ids       []string         // of these, each once
	starts    atomic.Int64     // exports asked for in a round
	requests  int              // that the emulators received

	mu       sync.Mutex
	outcomes map[string]int
}

func newSoak(t *testing.T) *soak {
	s := &soak{T: t, outcomes: map[string]int{}}
	s.transport = &bodyCounter{Transport: &http.Transport{DialContext: dialNowAndThen, MaxIdleConnsPerHost: soakWorkers}}
	s.start()
	server := s.server.Load()
	s.calls, s.ids = server.Calls(), uniqueIDs(server)
	for _, auth := range []spark.Auth{
		spark.APIKey(server.APIKey),
		spark.ClientCredentials(server.ClientID, server.ClientSecret),
		spark.TokenFunc(func(context.Context) (string, error) { return s.server.Load().BearerToken, nil }),
	} {
		client, err := spark.NewClient(server.BaseURL, auth,
			spark.WithHTTPClient(&http.Client{Transport: s.transport}), spark.WithStallTimeout(time.Second),
			spark.WithRetry(spark.RetryPolicy{MaxAttempts: 6, BaseDelay: 5 * time.Millisecond, MaxDelay: 100 * time.Millisecond, MaxRetryAfter: 20 * time.Millisecond}))
		require.NoError(t, err)
		s.clients = append(s.clients, client)
	}
	require.NoError(t, server.Close())
	return s
}

// dialNowAndThen refuses one connection in fifty.
func dialNowAndThen(ctx context.Context, network, address string) (net.Conn, error) {
	if rand.N(50) == 0 {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// start starts an emulator at the address of the one before.
func (s *soak) start() {
	options := []sparktest.Option{
		sparktest.JobDuration(100 * time.Millisecond), sparktest.TokenLifetime(2 * time.Second), sparktest.RecordsPerFile(20),
	}
	if s.addresses != nil {
		options = append(options, sparktest.Listen(s.addresses[0], s.addresses[1]))
	}
	server, err := sparktest.Start(options...)
	require.NoError(s, err)
	api := strings.TrimSuffix(strings.TrimPrefix(server.BaseURL, "http://"), "/"+server.Tenant)
	s.addresses = []string{api, strings.TrimPrefix(server.FileURL, "http://")}
	s.server.Store(server)
}

// round runs all workers for a while, and stops everything.
func (s *soak) round(length time.Duration) {
	s.start()
	s.starts.Store(0)
	server := s.server.Load()
	ctx, cancel := context.WithTimeout(s.Context(), length)
	defer cancel()
	var working sync.WaitGroup
	working.Go(func() { misbehave(ctx, server) })
	for i := range soakWorkers {
		directory, err := os.MkdirTemp("", "soak-")
		require.NoError(s, err)
		working.Go(func() {
			worker := soakWorker{soak: s, client: s.clients[i%len(s.clients)], directory: directory}
			for ctx.Err() == nil {
				worker.step()
			}
			s.removeEmpty(directory)
		})
	}
	working.Wait()
	require.LessOrEqual(s, int64(len(server.Jobs())), s.starts.Load(), "export jobs")
	s.requests += len(server.Requests())
	require.NoError(s, server.Close())
	s.server.Store(&sparktest.Server{})
	for _, client := range s.clients {
		client.CloseIdleConnections()
	}
}

// removeEmpty removes a directory that must be empty.
func (s *soak) removeEmpty(directory string) {
	entries, err := os.ReadDir(directory)
	if err != nil || len(entries) > 0 {
		s.Errorf("left behind: %v (%v)", entries, err)
	}
	if err := os.RemoveAll(directory); err != nil {
		s.Error(err)
	}
}

// note counts an outcome. An error must be one that a fault explains.
func (s *soak) note(operation string, err error) {
	outcome := soakOutcome(err)
	if outcome == "" {
		s.Errorf("%s: %v (%T)", operation, err, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outcomes[operation+": "+outcome]++
}

func soakOutcome(err error) string {
	if err == nil {
		return "ok"
	}
	for _, name := range []string{
		"Canceled", "Corrupt", "Unauthorized", "Forbidden", "RateLimited", "Unavailable", "UnexpectedResponse",
	} {
		if errors.Is(err, matrixSentinels[name]) {
			return name
		}
	}
	var refused *spark.APIError
	if errors.As(err, &refused) && refused.Status == 0 {
		return "no response"
	}
	return ""
}
