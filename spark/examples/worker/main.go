// Worker exports the calls of a service in two processes, with a directory as the
// queue between them. The first process starts the export job and leaves a
// message, a small JSON file:
//
//	go run ./spark/examples/worker start QUEUE FOLDER SERVICE
//
// The second one, perhaps on another machine, waits for each job in the queue,
// saves its archive and removes the message:
//
//	go run ./spark/examples/worker save QUEUE
//
// If it is stopped, the message stays, and the next worker continues the download.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/sparkgo/spark-go/spark"
)

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	client, err := spark.NewClientFromEnv()
	switch {
	case err != nil:
	case len(os.Args) == 5 && os.Args[1] == "start":
		err = start(ctx, client.Service(os.Args[3], os.Args[4]), os.Args[2])
	case len(os.Args) == 3 && os.Args[1] == "save":
		err = saveAll(ctx, client, os.Args[2])
	default:
		err = errors.New("usage: worker start QUEUE FOLDER SERVICE, or worker save QUEUE")
	}
	if err != nil {
		log.Fatal(err)
	}
}

func start(ctx context.Context, service *spark.Service, queue string) error {
	job, err := service.StartExport(ctx, spark.FormatJSON, spark.Filter{From: time.Now().AddDate(0, -1, 0)})
	if err != nil {
		return err
	}
	message, err := json.Marshal(job)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(queue, job.ID+".job"), message, 0o600)
}

func saveAll(ctx context.Context, client *spark.Client, queue string) error {
	messages, err := filepath.Glob(filepath.Join(queue, "*.job"))
	for _, path := range messages {
		err = errors.Join(err, save(ctx, client, path))
	}
	return err
}

func save(ctx context.Context, client *spark.Client, path string) error {
	message, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var saved spark.Job
	if err := json.Unmarshal(message, &saved); err != nil {
		return err
	}
	err = client.ResumeJob(saved).Save(ctx, strings.TrimSuffix(path, ".job")+".zip", spark.WithWaitLimit(time.Hour))
	switch {
	case err == nil, errors.Is(err, fs.ErrExist): // it exists if a worker was killed right here
		log.Printf("saved %s", saved)
		return os.Remove(path)
	case errors.Is(err, spark.ErrJobFailed), errors.Is(err, spark.ErrNotFound): // only a new job can help
		return errors.Join(err, os.Rename(path, path+".failed"))
	}
	return err
}
