package spark

// Service is one service of the tenant: an Excel model behind an API. It costs
// nothing to make and is safe for concurrent use.
type Service struct {
	client       *Client
	folder, name string
}

// Service returns the service of that name in a folder. The names may hold any
// characters. Nothing is sent; a name that can't be one is refused with an
// [*ArgumentError] by the methods that use it.
func (c *Client) Service(folder, service string) *Service {
	return &Service{client: c, folder: folder, name: service}
}

// Folder is the name of the folder that the service is in.
func (s *Service) Folder() string { return s.folder }

// Name is the service's name.
func (s *Service) Name() string { return s.name }

// Client is the client that the service was got from.
func (s *Service) Client() *Client { return s.client }

// String is folder and name, for people: "my-folder/my-service".
func (s *Service) String() string { return s.folder + "/" + s.name }

func (s *Service) check() error {
	if err := checkSegment("folder", s.folder); err != nil {
		return err
	}
	return checkSegment("service", s.name)
}
