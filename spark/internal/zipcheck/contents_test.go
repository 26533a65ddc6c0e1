package zipcheck_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/zipcheck"
)

// Stored contents whose size is told behind them pass a Checker unseen. It knows
// that it isn't sure of them, and the directory tells where they are.
func TestContentsThatACheckerCannotSee(t *testing.T) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, name := range []string{"1.json", "2.json"} {
		add(t, w, zip.FileHeader{Name: name, Method: zip.Store}, strings.Repeat(name, 1000))
	}
	require.NoError(t, w.Close())
	data := archive.Bytes()

	unseen := 0
	for i := 0; i < len(data); i += 7 {
		damaged := bytes.Clone(data)
		damaged[i] ^= 0xff
		checker := zipcheck.New()
		_, _ = checker.Write(damaged)
		verdict := checker.Close()
		if verdict == nil && checker.Sure() {
			_, err := contentsOf(damaged)
			require.NoError(t, err, "byte %d", i)
		}
		if _, err := contentsOf(damaged); err == nil || verdict != nil {
			continue
		}
		unseen++
		require.ErrorIs(t, zipcheck.Contents(bytes.NewReader(damaged), int64(len(damaged))), zipcheck.ErrDamaged, "byte %d", i)
		require.ErrorIs(t, file(damaged), zipcheck.ErrDamaged)
	}
	require.Greater(t, unseen, 1000)
	require.NoError(t, file(data))
	require.NoError(t, zipcheck.Contents(bytes.NewReader(data), int64(len(data))))
}

func TestContentsTakesWhatItCannotReadForSound(t *testing.T) {
	for name, data := range map[string][]byte{
		"no archive": []byte("<html>"),
		"encrypted":  rawArchive{entries: []rawEntry{{name: "1.bin", contents: "x", method: zip.Store, flags: 1, sized: true}}}.build(),
		"method 99":  rawArchive{entries: []rawEntry{{name: "1.bin", contents: "x", method: 99, sized: true}}}.build(),
	} {
		require.NoError(t, zipcheck.Contents(bytes.NewReader(data), int64(len(data))), name)
	}
	require.ErrorIs(t, zipcheck.Contents(brokenAt{bytes.NewReader(make([]byte, 10)), 0, iotest.ErrTimeout}, 10), iotest.ErrTimeout)
}
