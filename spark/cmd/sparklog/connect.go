package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"

	"github.com/joho/godotenv"
	"github.com/spf13/pflag"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/internal/sniff"
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

func (p *program) registerBaseURL(flags *pflag.FlagSet) {
	textKind.add(flags, &p.baseURL, "base-url", "", "base `URL` with the tenant, instead of "+envBaseURL)
}

// connect makes a client from the environment, .env and --base-url. The run closes its
// connections at the end.
func (p *program) connect() (*spark.Client, error) {
	if err := p.loadEnvironmentFile(); err != nil {
		return nil, err
	}
	if p.baseURL != "" {
		if err := os.Setenv(envBaseURL, p.baseURL); err != nil {
			return nil, err
		}
	}
	var httpClient spark.Option
	if p.httpClient != nil {
		httpClient = spark.WithHTTPClient(p.httpClient)
	}
	client, err := spark.NewClientFromEnv(httpClient, spark.WithUserAgent("sparklog/"+spark.Version()), spark.WithLogger(p.logger()))
	var argument *spark.ArgumentError
	if errors.As(err, &argument) && argument.Name == "base URL" && os.Getenv(envBaseURL) == "" {
		return nil, usagef("no base URL is set and this token doesn't contain one; set %s, such as https://excel.uat.us.coherent.global/my-tenant", envBaseURL)
	}
	if err != nil {
		return nil, err
	}
	p.clients = append(p.clients, client)
	p.credential = client.AuthSource()
	p.logger().Debug("connect", "base_url", client.BaseURL(), "credential", p.credential)
	return client, nil
}

func isSet(variable string) bool { return os.Getenv(variable) != "" }

// loadEnvironmentFile sets the variables of the file that the environment doesn't set. If
// the environment has a credential, those of other kinds in the file are left out.
func (p *program) loadEnvironmentFile() error {
	file, err := readEnvironmentFile()
	if err != nil {
		return err
	}
	names, hasCredential := []string{envBaseURL}, slices.ContainsFunc(slices.Concat(credentials...), isSet)
	for _, kind := range credentials {
		if !hasCredential || slices.ContainsFunc(kind, isSet) {
			names = append(names, kind...)
		}
	}
	p.fromFile = map[string]bool{}
	for _, name := range names {
		if isSet(name) || file[name] == "" {
			continue
		}
		if err := os.Setenv(name, file[name]); err != nil {
			return err
		}
		p.fromFile[name] = true
	}
	return nil
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
	if data, err = sniff.WithoutMark(data); err != nil {
		return nil, fmt.Errorf("%s can't be read: %w", environmentFile, err)
	}
	settings, err := godotenv.UnmarshalBytes(data)
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
