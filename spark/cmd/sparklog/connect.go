package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"

	"github.com/joho/godotenv"
	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
)

// environmentFile is in the working directory.
const environmentFile = ".env"

// The variables that [spark.NewClientFromEnv] reads.
const (
	envBaseURL      = "CSPARK_BASE_URL"
	envClientID     = "CSPARK_CLIENT_ID"
	envClientSecret = "CSPARK_CLIENT_SECRET"
	envOAuthPath    = "CSPARK_OAUTH_PATH"
	envAPIKey       = "CSPARK_API_KEY"
	envBearerToken  = "CSPARK_BEARER_TOKEN"
)

// credentials are the variables of each kind of credential.
var credentials = [][]string{
	{envClientID, envClientSecret}, {envOAuthPath}, {envAPIKey}, {envBearerToken},
}

// variables are all that are read.
var variables = append([]string{envBaseURL}, slices.Concat(credentials...)...)

// connectFlags say how a command reaches a tenant.
type connectFlags struct{ baseURL textFlag }

func (c *connectFlags) register(command *cobra.Command) {
	command.Flags().Var(&c.baseURL, "base-url", "base `URL` with the tenant, instead of "+envBaseURL)
}

// connect makes a client from the environment, .env and the flags. The caller
// must close its idle connections.
func (p *program) connect(flags connectFlags) (*spark.Client, error) {
	environment, err := p.environment, error(nil)
	if environment == nil {
		environment, err = readEnvironment()
	}
	if err != nil {
		return nil, err
	}
	if flags.baseURL != "" {
		environment[envBaseURL] = string(flags.baseURL)
	}
	// The library reads the environment of the process only.
	for _, name := range variables {
		before, found := os.LookupEnv(name)
		if err := os.Setenv(name, environment[name]); err != nil {
			return nil, err
		}
		if found {
			defer os.Setenv(name, before)
		} else {
			defer os.Unsetenv(name)
		}
	}
	client, err := spark.NewClientFromEnv(p.clientOptions()...)
	var argument *spark.ArgumentError
	if errors.As(err, &argument) && argument.Name == "base URL" && environment[envBaseURL] == "" {
		return nil, usagef("no base URL is set and this token doesn't contain one; set %s, such as https://excel.uat.us.coherent.global/my-tenant", envBaseURL)
	}
	if err != nil {
		return nil, err
	}
	p.credential = client.AuthSource()
	p.logger().Debug("connect", "base_url", client.BaseURL(), "credential", p.credential)
	return client, nil
}

func (p *program) clientOptions() []spark.Option {
	options := []spark.Option{spark.WithUserAgent("sparklog/" + spark.Version()), spark.WithLogger(p.logger())}
	if p.httpClient != nil {
		options = append(options, spark.WithHTTPClient(p.httpClient))
	}
	return options
}

// readEnvironment returns the variables that are set in the environment, or else in
// the file. A credential in the environment takes precedence over those of other
// kinds in the file.
func readEnvironment() (map[string]string, error) {
	file, err := readEnvironmentFile()
	if err != nil {
		return nil, err
	}
	isSet := func(name string) bool { return os.Getenv(name) != "" }
	for _, kind := range credentials {
		if !slices.ContainsFunc(kind, isSet) {
			continue
		}
		for _, other := range slices.Concat(credentials...) {
			if !slices.Contains(kind, other) {
				delete(file, other)
			}
		}
	}
	found := map[string]string{}
	for _, name := range variables {
		if value := os.Getenv(name); value != "" {
			found[name] = value
		} else if value := file[name]; value != "" {
			found[name] = value
		}
	}
	return found, nil
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)

func readEnvironmentFile() (map[string]string, error) {
	data, err := os.ReadFile(environmentFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if bytes.IndexByte(data, 0) >= 0 || bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return nil, fmt.Errorf("%s can't be read: it is UTF-16; save it as UTF-8", environmentFile)
	}
	settings, err := godotenv.UnmarshalBytes(bytes.TrimPrefix(data, []byte("\ufeff")))
	for name := range settings {
		if !variableName.MatchString(name) {
			err = errors.New("not the name of a variable")
		}
	}
	if err != nil {
		// The parser's own error quotes the line, which may contain a secret.
		return nil, fmt.Errorf("%s can't be read; expected lines such as %s=…, in UTF-8", environmentFile, envAPIKey)
	}
	return settings, nil
}
