package mirror_test

import (
	"context"
	"fmt"
	"net/http"
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
const doomed = "MIRROR_DIES_AT_REQUEST"

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
	requests := 0
	dying := roundTripper(func(r *http.Request) (*http.Response, error) {
		if requests++; requests == last {
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			select {} // until the signal arrives
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	client, err := spark.NewClient(os.Getenv("MIRROR_BASE_URL"), spark.BearerToken(os.Getenv("MIRROR_TOKEN")),
		spark.WithHTTPClient(&http.Client{Transport: dying}))
	if err != nil {
		return err
	}
	_, err = mirror.Update(context.Background(), client.Service("motor", "premium"), os.Getenv("MIRROR_DIR"),
		mirror.Options{Since: historyDay, Parallel: 1})
	return err
}

// historyDay is some days ago: such a process has a real clock.
var historyDay = spark.DateOf(time.Now().UTC().AddDate(0, 0, -5))

// The end of a process, however sudden, frees the folder for the next one.
func TestProcessesThatAreKilled(t *testing.T) {
	calls := sparktest.Generate(sparktest.History{End: time.Now().UTC()})
	server := sparktest.NewServer(t, sparktest.JobDuration(0), sparktest.Service("motor", "premium", calls...))
	dir := scratch(t)
	for request := 1; request <= 5; request++ {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), doomed+"="+strconv.Itoa(request), "MIRROR_DIR="+dir,
			"MIRROR_BASE_URL="+server.BaseURL, "MIRROR_TOKEN="+server.BearerToken)
		output, err := child.CombinedOutput()
		require.Error(t, err)
		require.NotContains(t, string(output), "survived")
	}
	update(t, server, dir, mirror.Options{Since: historyDay})
	requireSame(t, truth(t, served(server), historyDay), tallyOf(t, dir))
	requireTidy(t, dir)
}
