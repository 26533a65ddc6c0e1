package main

import (
	"strings"

	"github.com/sparkgo/spark-go/spark"
)

// resumeCommand returns the command that resumes a job.
func resumeCommand(job spark.Job, to connection, file saving) string {
	words := []string{"sparklog", "job"}
	if strings.Contains(job.Folder+job.Service, "/") {
		words = append(words, "--folder", job.Folder, "--service", job.Service)
	} else {
		words = append(words, job.Folder+"/"+job.Service)
	}
	words = append(words, job.ID, "--format", string(job.Format))
	if file.path != "" {
		words = append(words, "--output", string(file.path))
	}
	if file.force {
		words = append(words, "--force")
	}
	if to.baseURL != "" {
		words = append(words, "--base-url", string(to.baseURL))
	}
	for i, word := range words {
		words[i] = quoted(word)
	}
	return strings.Join(words, " ")
}

// quoted makes one word of a text for shells: in double quotes, which all of
// them know, unless it holds what some shell reads inside of these.
func quoted(word string) string {
	const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=+,@"
	switch {
	case word != "" && strings.Trim(word, safe) == "":
		return word
	case !strings.ContainsAny(word, "\"$`\\!%"):
		return `"` + word + `"`
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
