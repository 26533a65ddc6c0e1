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
	"time"

	"github.com/sparkgo/spark-go/spark/internal/requestcheck"
)

// A Server is an emulator of the platform. Its fields must not be changed.
type Server struct {
	BaseURL string // of the API, with the tenant
	FileURL string // of the file host, which download URLs lead to

	// ElsewhereURL is the URL of a host outside the platform, with another name
	// than the others. It is for faults that lead a client astray. It has the
	// same endpoints, so a request to it succeeds, and Requests returns it.
	ElsewhereURL string

	Tenant  string
	Folder  string // of the first service
	Service string // name of the first service

	BearerToken  string // a token that is valid for a year
	APIKey       string // a synthetic key
	ClientID     string // for the token endpoint
	ClientSecret string // for the token endpoint

	ForbiddenToken  string // a bearer token without any permission
	ForbiddenAPIKey string // a synthetic key without any permission

	config   *config
	history  *callStore
	tokens   tokens
	jobs     jobs
	files    files
	router   router
	faults   faultList
	log      requestLog
	refusals atomic.Int64 // number of connections to refuse

	listeners map[string]*memoryListener // by address; empty with sockets
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

// Start starts a server. Close stops it.
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
		Tenant:          config.tenant,
		Folder:          config.services[0].folder,
		Service:         config.services[0].name,
		APIKey:          "synthetic-key-of-the-emulator",
		ForbiddenAPIKey: "synthetic-key-without-permission",
		ClientID:        "client-of-the-emulator",
		ClientSecret:    "secret-of-the-emulator",
		config:          config,
		history:         history,
		tokens:          tokens{expiries: make(map[string]time.Time)},
		jobs:            jobs{byID: make(map[string]*job)},
		files:           files{lifetime: config.fileLifetime, byID: make(map[string]*hostedFile), cache: make(map[string]fileContent)},
		listeners:       make(map[string]*memoryListener),
		done:            make(chan struct{}),
	}
	s.route()
	if err := s.listen(); err != nil {
		return nil, errors.Join(fmt.Errorf("sparktest: %w", err), s.Close())
	}
	return s, nil
}

// listen opens all hosts, and sets the fields that depend on their addresses.
func (s *Server) listen() error {
	ready := make(chan struct{}) // no request is handled before the fields are set
	defer close(ready)
	for _, host := range []struct {
		addr    string
		handler http.HandlerFunc
		url     *string
	}{
		{s.config.apiAddr, s.serveAPI, &s.BaseURL},
		{s.config.fileAddr, s.serveFiles, &s.FileURL},
		{s.config.elsewhereAddr, s.serveElsewhere, &s.ElsewhereURL},
	} {
		listener, err := s.listener(host.addr)
		if err != nil {
			return err
		}
		*host.url = "http://" + hostPort(host.addr, listener.Addr())
		server := &http.Server{Handler: host.handler, ConnState: s.countConnection}
		s.servers = append(s.servers, server)
		s.serving.Go(func() {
			<-ready
			server.Serve(listener)
		})
	}
	s.tokens.issuer = s.BaseURL + "/auth/realms/" + s.Tenant
	s.BaseURL += "/" + url.PathEscape(s.Tenant)
	now := time.Now()
	s.BearerToken = s.jwt("ada.okafor@example.com", now, now.AddDate(1, 0, 0))
	s.ForbiddenToken = s.jwt("nobody@example.com", now, now.AddDate(1, 0, 0))
	return nil
}

func (s *Server) listener(addr string) (net.Listener, error) {
	if !s.config.inMemory {
		return net.Listen("tcp", addr)
	}
	listener := listenMemory(addr)
	s.listeners[addr] = listener
	return listener, nil
}

// hostPort returns an address as clients see it: the host name that was given,
// since some clients require a certain one, and the port that was opened.
func hostPort(given string, opened net.Addr) string {
	host, _, err := net.SplitHostPort(given)
	_, port, _ := net.SplitHostPort(opened.String())
	if err != nil || host == "" {
		return opened.String()
	}
	return net.JoinHostPort(host, port)
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

// Client returns a new client with a new Transport.
func (s *Server) Client() *http.Client {
	return &http.Client{Transport: s.Transport()}
}

// Transport returns a new transport to the server's hosts, in memory or by
// sockets. It uses no proxy. Its connections end when the server is closed.
func (s *Server) Transport() *http.Transport {
	return &http.Transport{DialContext: s.dial}
}

func (s *Server) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if s.refusals.Load() > 0 && s.refusals.Add(-1) >= 0 {
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

// RefuseConnections makes the next n connections of the server's transports
// fail as if nothing listened. Open connections aren't affected: close the idle
// connections of a transport first.
func (s *Server) RefuseConnections(n int) { s.refusals.Store(int64(n)) }

// Jobs returns the IDs of the export jobs that were started, oldest first.
func (s *Server) Jobs() []string { return s.jobs.list() }

// ChangeFiles makes all files again: with the same content, but other bytes and
// another ETag.
func (s *Server) ChangeFiles() { s.files.change() }

// ExpireTokens makes all tokens from the token endpoint expire.
func (s *Server) ExpireTokens() { s.tokens.expire() }
