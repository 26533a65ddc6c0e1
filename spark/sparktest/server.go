package sparktest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sparkgo/spark-go/spark/internal/requestcheck"
)

// A Server is a Spark platform in the process. Its fields must not be changed.
type Server struct {
	BaseURL string // of the API, with the tenant
	FileURL string // of the file host, which download URLs lead to

	// ElsewhereURL is of a host that is no part of the platform, and by another
	// name than the others. It is for faults that lead a client astray. There
	// are the same endpoints, so a request that gets there is answered and, as
	// all others, listed by Requests.
	ElsewhereURL string

	Tenant  string
	Folder  string // of the first service
	Service string // the first service

	BearerToken  string // a token that is good for a year
	APIKey       string // a synthetic key
	ClientID     string // for the token endpoint
	ClientSecret string // for the token endpoint

	ForbiddenToken  string // a bearer token without any permission
	ForbiddenAPIKey string // a synthetic key without any permission

	config      *config
	history     *history
	credentials *credentials
	jobs        jobs
	files       files
	router      router
	faults      faultList
	log         requestLog
	refusals    atomic.Int64 // connections to refuse

	listeners map[string]*memoryListener // in memory only, by address
	servers   []*http.Server
	serving   sync.WaitGroup // listeners and connections
	done      chan struct{}  // closed by Close
	close     sync.Once
}

// NewServer starts a server that stops when the test ends. The test fails if
// the server can't start.
func NewServer(t testing.TB, opts ...Option) *Server {
	t.Helper()
	violation := func(c *config) { c.violation = func(err error) { t.Errorf("sparktest: %v", err) } }
	s, err := Start(append([]Option{CheckRequests(requestcheck.Default), violation}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Start starts a server for a program. Close stops it.
func Start(opts ...Option) (*Server, error) {
	config, err := newConfig(opts)
	if err != nil {
		return nil, fmt.Errorf("sparktest: %w", err)
	}
	history, err := newHistory(config.tenant, config.services)
	if err != nil {
		return nil, fmt.Errorf("sparktest: %w", err)
	}
	s := &Server{
		Tenant:    config.tenant,
		Folder:    config.services[0].folder,
		Service:   config.services[0].name,
		config:    config,
		history:   history,
		jobs:      jobs{byID: make(map[string]*job)},
		files:     files{lifetime: config.fileLifetime, byID: make(map[string]*file), cache: make(map[string]fileContent)},
		listeners: make(map[string]*memoryListener),
		done:      make(chan struct{}),
	}
	s.route()
	if err := s.listen(); err != nil {
		return nil, errors.Join(fmt.Errorf("sparktest: %w", err), s.Close())
	}
	return s, nil
}

// listen opens all hosts and says under which addresses.
func (s *Server) listen() error {
	// Nobody is answered before the fields of the server are complete.
	ready := make(chan struct{})
	defer close(ready)
	apiHost, err := s.openHost(ready, s.config.apiAddr, s.serveAPI)
	if err != nil {
		return err
	}
	fileHost, err := s.openHost(ready, s.config.fileAddr, s.serveFiles)
	if err != nil {
		return err
	}
	elsewhere, err := s.openHost(ready, s.config.elsewhereAddr, s.serveElsewhere)
	if err != nil {
		return err
	}
	s.ElsewhereURL = "http://" + elsewhere
	s.BaseURL = "http://" + apiHost + "/" + url.PathEscape(s.Tenant)
	s.FileURL = "http://" + fileHost
	s.credentials = newCredentials(s.Tenant, "http://"+apiHost, s.config.tokenLifetime)
	s.BearerToken, s.APIKey = s.credentials.bearerToken, s.credentials.apiKey
	s.ForbiddenToken, s.ForbiddenAPIKey = s.credentials.forbiddenToken, s.credentials.forbidden
	s.ClientID, s.ClientSecret = s.credentials.clientID, s.credentials.clientSecret
	return nil
}

// openHost opens a host and returns its address. It responds once ready is closed.
func (s *Server) openHost(ready <-chan struct{}, addr string, handler http.HandlerFunc) (string, error) {
	listener, err := s.listener(addr)
	if err != nil {
		return "", err
	}
	server := &http.Server{
		Handler:   handler,
		ConnState: s.countConnection,
	}
	s.servers = append(s.servers, server)
	s.serving.Go(func() {
		<-ready
		server.Serve(listener)
	})
	return hostPort(addr, listener.Addr()), nil
}

// hostPort is the address as clients call it: the host by the name that it was
// given, since some clients insist on one, and the port that was free.
func hostPort(given string, opened net.Addr) string {
	host, _, err := net.SplitHostPort(given)
	_, port, _ := net.SplitHostPort(opened.String())
	if err != nil || host == "" {
		return opened.String()
	}
	return net.JoinHostPort(host, port)
}

func (s *Server) listener(addr string) (net.Listener, error) {
	if !s.config.inMemory {
		return net.Listen("tcp", addr)
	}
	listener := listenMemory(addr)
	s.listeners[addr] = listener
	return listener, nil
}

// countConnection makes Close wait for the goroutines of connections.
func (s *Server) countConnection(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.serving.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.serving.Done()
	}
}

// Close stops the server, breaks its connections and waits until its
// goroutines have ended. Closing it again does nothing.
func (s *Server) Close() error {
	var errs []error
	s.close.Do(func() {
		close(s.done)
		for _, server := range s.servers {
			errs = append(errs, server.Close())
		}
		s.serving.Wait()
	})
	return errors.Join(errs...)
}

// Client makes a client of the server's hosts, with a Transport of its own.
func (s *Server) Client() *http.Client {
	return &http.Client{Transport: s.Transport()}
}

// Transport makes a transport that reaches the server's hosts, in memory or on
// loopback. It uses no proxy. Its connections end when the server is closed.
func (s *Server) Transport() *http.Transport {
	return &http.Transport{DialContext: s.dial}
}

func (s *Server) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if s.refuse() {
		return nil, refused(memoryAddr(addr))
	}
	if !s.config.inMemory {
		return new(net.Dialer).DialContext(ctx, network, addr)
	}
	listener := s.listeners[addr]
	if listener == nil {
		return nil, fmt.Errorf("sparktest: no server is listening in memory on %s", addr)
	}
	return listener.dial(ctx)
}

// refuse says whether a connection is to be refused, and counts it.
func (s *Server) refuse() bool {
	for {
		n := s.refusals.Load()
		if n <= 0 {
			return false
		}
		if s.refusals.CompareAndSwap(n, n-1) {
			return true
		}
	}
}

// RefuseConnections makes the next n connections of the server's transports
// fail as if nobody listened. A connection that is open stays so: a transport
// whose requests shall be refused must close its idle connections first.
func (s *Server) RefuseConnections(n int) { s.refusals.Store(int64(n)) }

// Jobs lists the IDs of the export jobs that were started, oldest first.
func (s *Server) Jobs() []string { return s.jobs.list() }

// ChangeFiles makes all files anew: as good as before, but other bytes under
// another ETag.
func (s *Server) ChangeFiles() { s.files.change() }

// ExpireTokens ends the life of all tokens that the token endpoint gave out.
func (s *Server) ExpireTokens() { s.credentials.revoke() }
