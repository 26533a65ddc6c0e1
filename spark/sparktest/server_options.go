package sparktest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// An Option changes what a server is like. Of two that say the same thing the
// later wins; each Service adds one.
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

// A givenService is what a Service option says.
type givenService struct {
	folder, name string
	calls        []Call
}

func newConfig(opts []Option) (*config, error) {
	c := &config{
		tenant:         "my-tenant",
		jobDuration:    300 * time.Millisecond,
		tokenLifetime:  300 * time.Second,
		fileLifetime:   15 * time.Minute,
		recordsPerFile: 25,
	}
	for _, opt := range opts {
		opt(c)
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
		Service("motor", "premium", Generate(History{})...)(c)
	}
	if c.recordsPerFile < 1 {
		return nil, fmt.Errorf("RecordsPerFile(%d): a file needs one record at least", c.recordsPerFile)
	}
	return c, nil
}

// elsewhere is a free port of this machine by a name that the others don't have.
func elsewhere(others ...string) string {
	for _, other := range others {
		if strings.HasPrefix(other, "localhost:") {
			return "127.0.0.1:0"
		}
	}
	return "localhost:0"
}

// InMemory makes a server without sockets. Its addresses exist for its own
// Client and Transport only, so several such servers don't meet. It works in a
// testing/synctest bubble, where its jobs take no real time.
func InMemory() Option {
	return func(c *config) { c.inMemory = true }
}

// Listen says on which addresses, host and port, the API host and the file host
// listen; port 0 is any that is free. The server's URLs name the hosts as they
// are named here, so a name that leads to this machine suits clients that insist
// on one. The default is a free port of 127.0.0.1 for each; in memory it is
// localhost:8080 and localhost:8081.
func Listen(api, files string) Option {
	return func(c *config) { c.apiAddr, c.fileAddr = api, files }
}

// Tenant names the tenant. The default is "my-tenant".
func Tenant(name string) Option {
	return func(c *config) { c.tenant = name }
}

// Service adds a service with a history of calls: made by Generate, or your
// own. Without calls its history is empty. The first service is the one that
// Server.Folder and Server.Service name. A server that is given no service has
// "premium" in folder "motor", with Generate(History{}).
func Service(folder, name string, calls ...Call) Option {
	return func(c *config) {
		c.services = append(c.services, givenService{folder, name, calls})
	}
}

// JobDuration is how long an export takes. The default is 300 ms; 0 means that
// a job is done when its status is first asked for.
func JobDuration(d time.Duration) Option {
	return func(c *config) { c.jobDuration = d }
}

// JobProgress is what the status of an export shows, in percent: the values one
// after the other, each for an equal part of the job's duration, and then 100.
// The default is the part of the duration that has passed.
func JobProgress(percents ...float64) Option {
	return func(c *config) { c.jobProgress = percents }
}

// Latency is how long each request waits before it is handled. The default is
// none.
func Latency(d time.Duration) Option {
	return func(c *config) { c.latency = d }
}

// TokenLifetime is how long a token from the token endpoint is good for. The
// default is five minutes, the least unit a second.
func TokenLifetime(d time.Duration) Option {
	return func(c *config) { c.tokenLifetime = d }
}

// FileLifetime is how long a download URL is good for. The default is a
// quarter of an hour.
func FileLifetime(d time.Duration) Option {
	return func(c *config) { c.fileLifetime = d }
}

// RecordsPerFile is how many records go in one file of an export's ZIP, at
// most. The default is 25.
func RecordsPerFile(n int) Option {
	return func(c *config) { c.recordsPerFile = n }
}

// CredentialFiles makes the file host ask for the credential as well.
func CredentialFiles() Option {
	return func(c *config) { c.credentialFiles = true }
}

// CheckRequests has check look at each request to the API. If it returns an
// error, NewServer fails the test; Start leaves errors to check.
func CheckRequests(check func(*http.Request) error) Option {
	return func(c *config) { c.check = check }
}
