package mirror_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/mirror"
)

// emulatedMirror returns the directory of a mirror of an emulated service.
func emulatedMirror() (dir string, remove func()) {
	service, stop := emulated()
	defer stop()
	dir, err := os.MkdirTemp("", "history")
	if err != nil {
		panic(err)
	}
	since := spark.DateOf(time.Now().UTC().AddDate(0, 0, -7))
	if _, err := mirror.Update(context.Background(), service, dir, mirror.Options{Since: since}); err != nil {
		panic(err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }
}

// Several workers share the windows. On several machines, each worker takes some of
// them, such as every third.
func ExampleDirectory_Windows() {
	dir, remove := emulatedMirror()
	defer remove()
	directory, err := mirror.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	var workers errgroup.Group
	workers.SetLimit(4)
	var errors atomic.Int64
	for _, window := range directory.Windows() {
		workers.Go(func() error {
			for call, err := range window.Calls() {
				if err != nil {
					return err
				}
				errors.Add(int64(len(call.Errors)))
			}
			return nil
		})
	}
	fmt.Println(workers.Wait(), errors.Load())
	// Output: <nil> 2
}
