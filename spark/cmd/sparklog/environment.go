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

	"github.com/sparkgo/spark-go/spark"
)

// environmentFile stands in the working directory.
const environmentFile = ".env"

// credentials are the variables of each kind of credential.
var credentials = [][]string{
	{spark.EnvClientID, spark.EnvClientSecret}, {spark.EnvOAuthPath}, {spark.EnvAPIKey}, {spark.EnvBearerToken},
}

// variables are all that are read.
var variables = append([]string{spark.EnvBaseURL}, slices.Concat(credentials...)...)

// environment is the variables that name a tenant and a credential.
type environment map[string]string

// readEnvironment takes from the file what the environment doesn't have.
func readEnvironment() (environment, error) {
	file, err := readEnvironmentFile()
	if err != nil {
		return nil, err
	}
	found := environment{}
	for _, name := range variables {
		value := os.Getenv(name)
		if value == "" && !superseded(name) {
			value = file[name]
		}
		if value != "" {
			found[name] = value
		}
	}
	return found, nil
}

// superseded reports whether the environment has a credential of another kind,
// which then counts more than this one in the file.
func superseded(name string) bool {
	if name == spark.EnvBaseURL {
		return false
	}
	isSet := func(name string) bool { return os.Getenv(name) != "" }
	return slices.ContainsFunc(credentials, func(kind []string) bool {
		return !slices.Contains(kind, name) && slices.ContainsFunc(kind, isSet)
	})
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
			err = errors.New("a name is none")
		}
	}
	if err != nil {
		// Its own words repeat the line, and with it a secret.
		return nil, fmt.Errorf("%s can't be read; expected lines such as %s=…, in UTF-8", environmentFile, spark.EnvAPIKey)
	}
	return settings, nil
}

// client makes a client of the variables, which the library takes from the
// process only. Afterwards the process has its own again.
func (e environment) client(options []spark.Option) (*spark.Client, error) {
	for _, name := range variables {
		before, found := os.LookupEnv(name)
		if err := os.Setenv(name, e[name]); err != nil {
			return nil, err
		}
		if found {
			defer os.Setenv(name, before)
		} else {
			defer os.Unsetenv(name)
		}
	}
	return spark.NewClientFromEnv(options...)
}
