package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
)

func newRoot(p *program) *cobra.Command {
	root := &cobra.Command{
		Use:   "sparklog",
		Short: "Work with the API Call History of Coherent Spark",
		Long: `Work with the API Call History of Coherent Spark: fetch calls, get their Excel
workbooks, export them by the month, and read, compare and count what was exported.

Sign in with environment variables, or with the same lines in a file named .env in
the working directory, which never overrides what the environment sets:

  CSPARK_BEARER_TOKEN                    a token from the user menu; it is enough on its own
  CSPARK_API_KEY                         an API key
  CSPARK_CLIENT_ID, CSPARK_CLIENT_SECRET OAuth 2.0 client credentials
  CSPARK_OAUTH_PATH                      a JSON file with client credentials
  CSPARK_BASE_URL                        the tenant, such as
                                         https://excel.uat.us.coherent.global/my-tenant

In .env, put a value with a $ or a # in it in single quotes.

Exit status: 0 done, 1 failed, 2 wrong usage.`,
		Example: `  sparklog demo
  sparklog call 123e4567-e89b-12d3-a456-426614174000
  sparklog export my-folder/my-service --from 7d --format json --output calls.zip
  sparklog records calls.zip
  sparklog stats calls.zip --html calls.html`,
		Version:       spark.Version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          knownCommand,
		RunE:          func(command *cobra.Command, _ []string) error { return command.Help() },

		SuggestionsMinimumDistance: 2,
	}
	flags := root.PersistentFlags()
	flags.BoolVarP(&p.quiet, "quiet", "q", false, "print results and errors only")
	flags.BoolVarP(&p.verbose, "verbose", "v", false, "log each request to standard error")
	root.PersistentPreRunE = func(command *cobra.Command, _ []string) error {
		return onlyOne(command.Flags(), "quiet", "verbose")
	}
	root.AddCommand(newCall(p), newExcel(p), newExport(p), newJob(p), newRecords(p), newDiff(p), newStats(p), newMirror(p), newServe(p), newDemo(p))
	for _, command := range root.Commands() {
		command.Flags().SortFlags = false
	}
	p.markStart(root)
	return root
}

func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if similar := root.SuggestionsFor(args[0]); len(similar) > 0 {
		return fmt.Errorf("there is no command %q; did you mean %s?", args[0], strings.Join(similar, " or "))
	}
	return fmt.Errorf("there is no command %q", args[0])
}

// markStart tells apart what fails before a command runs, which is wrong usage,
// from what fails later.
func (p *program) markStart(command *cobra.Command) {
	for _, sub := range command.Commands() {
		p.markStart(sub)
	}
	run := command.RunE
	if run == nil {
		return
	}
	command.RunE = func(command *cobra.Command, args []string) error {
		p.started = true
		return run(command, args)
	}
}
