package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
)

type jobCommand struct {
	*program
	serviceFlags
	outputFlags
	waitFlags
	format string
}

func newJob(p *program) *cobra.Command {
	j := jobCommand{program: p}
	command := &cobra.Command{
		Use:   "job FOLDER/SERVICE JOB_ID",
		Short: "Wait for an export that was started earlier, and save it",
		Long: `Wait for an export that was started earlier, possibly on another machine, and save it.
Without --output the command only waits.

If an earlier run has downloaded a part of the same file, only the remainder is
downloaded.`,
		Example: `  id=$(sparklog export my-folder/my-service --from 7d --detach)
  sparklog job my-folder/my-service $id --output calls.zip`,
		Args: j.arguments("JOB_ID"),
		RunE: func(command *cobra.Command, args []string) error { return j.run(command.Context(), args[len(args)-1]) },
	}
	flags := command.Flags()
	choiceKind("json", "csv").add(flags, &j.format, "format", "json", "format that the export was started with")
	j.outputFlags.register(flags, "output", "o", "`file` to save the ZIP archive to, or - for standard output")
	j.waitFlags.register(flags)
	j.serviceFlags.register(flags)
	p.registerBaseURL(flags)
	return command
}

func (j *jobCommand) run(ctx context.Context, id string) error {
	if err := j.check(j.program); err != nil {
		return err
	}
	client, err := j.connect()
	if err != nil {
		return err
	}
	job := j.of(client).Job(spark.Format(j.format), id)
	return j.finish(ctx, job, j.outputFlags, j.waitFlags)
}

// finish waits for a job and saves its archive. Its error says how to resume.
func (p *program) finish(ctx context.Context, job spark.Job, to outputFlags, limits waitFlags) error {
	err := p.wait(ctx, job, limits)
	switch {
	case err == nil && to.path == "":
		p.note("%s is done", job)
	case err == nil:
		// It waits again if the file's URL has expired.
		err = p.save(to,
			func(path string, progress, overwrite spark.SaveOption) error {
				return job.Save(ctx, path, limits.wait(), limits.outage(), progress, overwrite)
			},
			func(w io.Writer, progress spark.SaveOption) error {
				return job.Write(ctx, w, limits.wait(), limits.outage(), progress)
			})
	}
	var ended *spark.JobError
	if err == nil || errors.Is(err, spark.ErrInvalidArgument) || errors.As(err, &ended) && !ended.Resumable() {
		return err
	}
	return &unfinishedError{error: err, resume: p.resumeCommand(job, to)}
}

// resumeCommand returns the command that resumes a job.
func (p *program) resumeCommand(job spark.Job, to outputFlags) string {
	words := append([]string{"sparklog", "job"}, serviceArguments(job.Folder, job.Service)...)
	words = append(words, job.ID, "--format", string(job.Format))
	if to.path != "" {
		words = append(words, "--output", to.path)
	}
	if to.force {
		words = append(words, "--force")
	}
	if p.baseURL != "" {
		words = append(words, "--base-url", p.baseURL)
	}
	for i, word := range words {
		words[i] = shellQuoted(word)
	}
	return strings.Join(words, " ")
}

// serviceArguments returns the arguments that name a service.
func serviceArguments(folder, service string) []string {
	if strings.Contains(folder+service, "/") {
		return []string{"--folder", folder, "--service", service}
	}
	return []string{folder + "/" + service}
}

// shellQuoted makes one word of a text for shells: in double quotes, which all of
// them know, unless it contains what some shell interprets inside them.
func shellQuoted(word string) string {
	const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=+,@"
	switch {
	case word != "" && strings.Trim(word, safe) == "":
		return word
	case !strings.ContainsAny(word, "\"$`\\!%"):
		return `"` + word + `"`
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
