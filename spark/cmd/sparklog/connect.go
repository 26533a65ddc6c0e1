package main

import (
	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
)

// connection is how a command reaches a tenant.
type connection struct{ baseURL text }

func (c *connection) flags(command *cobra.Command) {
	command.Flags().Var(&c.baseURL, "base-url", "`URL` with the tenant, instead of "+spark.EnvBaseURL)
}

// connect makes a client of what environment, .env and flags say. The caller
// must close its idle connections.
func (p *program) connect(c connection) (*spark.Client, error) {
	environment, err := readEnvironment()
	if err != nil {
		return nil, err
	}
	if c.baseURL != "" {
		environment[spark.EnvBaseURL] = string(c.baseURL)
	}
	client, err := environment.client(p.clientOptions())
	if err != nil {
		return nil, err
	}
	p.logger().Debug("connect", "base_url", client.BaseURL(), "credential", client.AuthSource())
	return client, nil
}

func (p *program) clientOptions() []spark.Option {
	options := []spark.Option{spark.WithUserAgent("sparklog/" + spark.Version()), spark.WithLogger(p.logger())}
	if p.httpClient != nil {
		options = append(options, spark.WithHTTPClient(p.httpClient))
	}
	return options
}
