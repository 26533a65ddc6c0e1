package sparktest

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// An Option configures a server. A later option overrides an earlier one of the
// same kind, except that each Service adds a service. A nil option is ignored.
type Option func(*config)

type config struct {
	inMemory        bool
	apiAddr         string
	fileAddr        string
	elsewhereAddr   string
	tenant          string
	services        []givenService
	credentialFiles bool
	check           func(*http.Request) error
	violation       func(error)
	jobDuration     time.Duration
	jobProgress     []float64
	latency         time.Duration
	tokenLifetime   time.Duration
	fileLifetime    time.Duration
	recordsPerFile  int
}

// A givenService is one that a Service option adds.
type givenService struct {
	folder, name string
	calls        []Call
}

// defaultCalls are generated once, since a program's tests start many servers.
var defaultCalls = sync.OnceValue(func() []Call { return Generate(History{}) })

func newConfig(opts []Option) (*config, error) {
	c := &config{
		tenant:         "my-tenant",
		jobDuration:    300 * time.Millisecond,
		tokenLifetime:  300 * time.Second,
		fileLifetime:   15 * time.Minute,
		recordsPerFile: 25,
	}
	for _, opt := range opts {
		if opt != nil {
			opt(c)
		}
	}
	const free = "127.0.0.1:0"
	if c.inMemory {
		setDefault(&c.apiAddr, "localhost:8080")
		setDefault(&c.fileAddr, "localhost:8081")
		setDefault(&c.elsewhereAddr, "127.0.0.1:8082")
	}
	setDefault(&c.apiAddr, free)
	setDefault(&c.fileAddr, free)
	setDefault(&c.elsewhereAddr, elsewhere(c.apiAddr, c.fileAddr))
	if len(c.services) == 0 {
		Service("motor", "premium", defaultCalls()...)(c)
	}
	if c.recordsPerFile < 1 {
		return nil, fmt.Errorf("RecordsPerFile(%d): a file needs at least one record", c.recordsPerFile)
	}
	return c, nil
}

// elsewhere returns an address on this machine with another name than the others.
func elsewhere(others ...string) string {
	for _, other := range others {
		if strings.HasPrefix(other, "localhost:") {
			return "127.0.0.1:0"
		}
	}
	return "localhost:0"
}

// InMemory makes the server work without sockets. Only its own Client and
// Transport reach it, so several servers can have the same addresses. It works in
// a testing/synctest bubble, where its jobs take no real time.
func InMemory() Option {
	return func(c *config) { c.inMemory = true }
}

// Listen sets the addresses, host:port, of the API host and the file host. Port 0
// means any free port. The server's URLs contain the host names that are given
// here, for clients that require a certain one. The default is a free port of
// 127.0.0.1 for each; in memory, localhost:8080 and localhost:8081.
func Listen(api, files string) Option {
	return func(c *config) { c.apiAddr, c.fileAddr = api, files }
}

// Tenant sets the name of the tenant. The default is "my-tenant".
func Tenant(name string) Option {
	return func(c *config) { c.tenant = name }
}

// Service adds a service with a history of calls: those of Generate, or your own.
// Server.Folder and Server.Service are those of the first service. The default is
// "premium" in folder "motor", with the calls of Generate(History{}).
func Service(folder, name string, calls ...Call) Option {
	return func(c *config) {
		c.services = append(c.services, givenService{folder, name, calls})
	}
}

// JobDuration sets how long an export takes. The default is 300 ms. With 0 a job
// is done at its first status.
func JobDuration(d time.Duration) Option {
	return func(c *config) { c.jobDuration = d }
}

// JobProgress sets what the status of an export shows, in percent: the values one
// after the other, each for an equal part of the job's duration, and then 100. The
// default is the part of the duration that has passed.
func JobProgress(percents ...float64) Option {
	return func(c *config) { c.jobProgress = percents }
}

// Latency sets how long each request waits before it is handled. The default is
// 0.
func Latency(d time.Duration) Option {
	return func(c *config) { c.latency = d }
}

// TokenLifetime sets how long a token from the token endpoint is valid, in whole
// seconds. The default is five minutes.
func TokenLifetime(d time.Duration) Option {
	return func(c *config) { c.tokenLifetime = d }
}

// FileLifetime sets how long a download URL is valid. The default is 15 minutes.
func FileLifetime(d time.Duration) Option {
	return func(c *config) { c.fileLifetime = d }
}

// RecordsPerFile sets the maximum number of records in a file of an export's ZIP.
// The default is 25.
func RecordsPerFile(n int) Option {
	return func(c *config) { c.recordsPerFile = n }
}

// CredentialFiles makes the file host require the credential as well.
func CredentialFiles() Option {
	return func(c *config) { c.credentialFiles = true }
}

// CheckRequests calls check with each request to the API. With NewServer, an error
// fails the test.
func CheckRequests(check func(*http.Request) error) Option {
	return func(c *config) { c.check = check }
}
