package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/sparkgo/spark-go/spark"
)

type jobCommand struct {
	*program
	connection
	serviceName
	saving
	waiting
	id     string
	format choice
}

func newJob(p *program) *cobra.Command {
	j := jobCommand{program: p, format: exportFormat()}
	command := &cobra.Command{
		Use:   "job FOLDER/SERVICE JOB_ID --format json|csv [--output FILE.zip]",
		Short: "Wait for an export that was started earlier, and save it",
		Long: `Wait for an export that was started earlier, maybe elsewhere, and save it. Without
--output it only waits.

What an earlier run has downloaded to the same file isn't downloaded again.`,
		Example: `  id=$(sparklog export my-folder/my-service --from 7d --format json --detach)
  sparklog job my-folder/my-service $id --format json --output calls.zip`,
		Args:              j.with(argument{"JOB_ID", &j.id}),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(command *cobra.Command, _ []string) error { return j.run(command.Context()) },
	}
	addChoice(command, &j.format, "format", "what the export was started as")
	_ = command.MarkFlagRequired("format")
	j.saving.flags(command, "`file` to save the ZIP archive to, or - for standard output")
	j.waiting.flags(command)
	j.serviceName.flags(command)
	j.connection.flags(command)
	return command
}

func (j *jobCommand) run(ctx context.Context) error {
	if err := j.check(j.program); err != nil {
		return err
	}
	client, err := j.connect(j.connection)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	job := j.of(client).Job(spark.Format(j.format.value), j.id)
	return j.finish(ctx, job, j.connection, j.saving, j.waiting)
}

// finish waits for a job and saves its archive. Its error says how to resume.
func (p *program) finish(ctx context.Context, job spark.Job, from connection, to saving, limits waiting) error {
	err := p.wait(ctx, job, limits)
	switch {
	case err == nil && to.path == "":
		p.note("%s is done", job)
	case err == nil:
		err = p.save(to, jobFile{ctx, job})
	}
	var ended *spark.JobError
	if err == nil || errors.Is(err, spark.ErrInvalidArgument) || errors.As(err, &ended) && !ended.Resumable() {
		return err
	}
	return &unfinished{error: err, resume: resumeCommand(job, from, to)}
}

// jobFile is the archive of a job.
type jobFile struct {
	ctx context.Context
	job spark.Job
}

func (f jobFile) saveTo(path string, options []spark.SaveOption) error {
	return f.job.Save(f.ctx, path, options...)
}

func (f jobFile) writeTo(w io.Writer, options []spark.SaveOption) error {
	return f.job.WriteTo(f.ctx, w, options...)
}
