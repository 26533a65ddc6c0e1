package mirror_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// doomed is set for a process that updates a folder and kills itself on the way.
const doomed = "MIRROR_DIES_AT_STEP"

func TestMain(m *testing.M) {
	if at := os.Getenv(doomed); at != "" {
		fmt.Fprintln(os.Stderr, "survived:", updateAndDie(at))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

func updateAndDie(at string) error {
	last, err := strconv.Atoi(at)
	if err != nil {
		return err
	}
	client, err := spark.NewClient(os.Getenv("MIRROR_BASE_URL"), spark.BearerToken(os.Getenv("MIRROR_TOKEN")))
	if err != nil {
		return err
	}
	step := 0
	options := mirror.WithStep(mirror.Options{Since: historyDay, Parallel: 1}, func(string) error {
		if step++; step == last {
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			select {} // until the signal arrives
		}
		return nil
	})
	_, err = mirror.Update(context.Background(), client.Service("motor", "premium"), os.Getenv("MIRROR_DIR"), options)
	return err
}

// historyDay is some days ago: such a process has a real clock.
var historyDay = spark.DateOf(time.Now().UTC().AddDate(0, 0, -5))

// The end of a process, however sudden, frees the folder for the next one.
func TestProcessesThatAreKilled(t *testing.T) {
	calls := sparktest.Generate(sparktest.History{End: time.Now().UTC()})
	server := sparktest.NewServer(t, sparktest.JobDuration(0), sparktest.Service("motor", "premium", calls...))
	dir := scratch(t)
	for step := 5; step <= 25; step += 5 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), doomed+"="+strconv.Itoa(step), "MIRROR_DIR="+dir,
			"MIRROR_BASE_URL="+server.BaseURL, "MIRROR_TOKEN="+server.BearerToken)
		output, err := child.CombinedOutput()
		require.Error(t, err)
		require.NotContains(t, string(output), "survived")
	}
	update(t, server, dir, mirror.Options{Since: historyDay})
	requireSame(t, truth(t, served(server), historyDay), tallyOf(t, dir))
	requireTidy(t, dir)
}
