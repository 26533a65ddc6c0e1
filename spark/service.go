package spark

import "cmp"

// Service is one service of the tenant: an Excel model behind an API. It is cheap to
// make and safe for concurrent use.
type Service struct {
	client       *Client
	folder, name string
}

// Service returns the service with that name in a folder. The names may contain any
// characters. Nothing is sent. The service's methods return an [*ArgumentError] for a
// name that can't exist.
func (c *Client) Service(folder, service string) *Service {
	return &Service{client: c, folder: folder, name: service}
}

// Folder returns the name of the folder that the service is in.
func (s *Service) Folder() string { return s.folder }

// Name returns the service's name.
func (s *Service) Name() string { return s.name }

// Client returns the client that the service belongs to.
func (s *Service) Client() *Client { return s.client }

// String returns folder and name: "my-folder/my-service".
func (s *Service) String() string { return s.folder + "/" + s.name }

func (s *Service) check() error {
	return cmp.Or(checkSegment("folder", s.folder), checkSegment("service", s.name))
}
