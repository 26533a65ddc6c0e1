package sparktest_test

import (
	"net/http"
	"testing"

	"github.com/sparkgo/spark-go/spark/sparktest"
)

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		s, err := sparktest.Start(sparktest.InMemory())
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

func BenchmarkGetCall(b *testing.B) {
	for name, opts := range map[string][]sparktest.Option{"checked": nil, "unchecked": {sparktest.CheckRequests(nil)}} {
		b.Run(name, func(b *testing.B) {
			s := sparktest.NewServer(b, opts...)
			transport := s.Transport()
			transport.MaxIdleConnsPerHost = 100
			c := newUncheckedClient(b, s, goodToken, transport)
			id := s.Calls()[0].ID
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					resp, body, err := read(c.getCall(id, nil))
					if err != nil || resp.StatusCode != http.StatusOK || len(body) == 0 {
						b.Error(resp, err)
					}
				}
			})
		})
	}
}
