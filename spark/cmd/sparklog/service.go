package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
)

// serviceName is a service as the command line names it: FOLDER/SERVICE, or the
// flags --folder and --service for names with slashes.
type serviceName struct{ folder, service text }

func (n *serviceName) flags(command *cobra.Command) {
	command.Flags().Var(&n.folder, "folder", "`name` of the folder, instead of FOLDER/SERVICE")
	command.Flags().Var(&n.service, "service", "`name` of the service, instead of FOLDER/SERVICE")
}

// with takes FOLDER/SERVICE, unless the flags name the service, and then the
// other arguments.
func (n *serviceName) with(others ...argument) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		if (n.folder == "") != (n.service == "") {
			return usagef("--folder and --service go together; give both")
		}
		if n.folder != "" {
			return takes(others...)(command, args)
		}
		var name string
		if err := takes(append([]argument{{"FOLDER/SERVICE", &name}}, others...)...)(command, args); err != nil {
			return err
		}
		return n.parse(name)
	}
}

func (n *serviceName) parse(name string) error {
	folder, service, found := strings.Cut(name, "/")
	if !found || folder == "" || service == "" || strings.Contains(service, "/") {
		return usagef("%q is not FOLDER/SERVICE; names with slashes go by --folder and --service", name)
	}
	n.folder, n.service = text(folder), text(service)
	return nil
}

func (n *serviceName) of(client *spark.Client) *spark.Service {
	return client.Service(string(n.folder), string(n.service))
}
