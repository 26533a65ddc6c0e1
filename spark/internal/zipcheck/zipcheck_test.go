package zipcheck_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"runtime/debug"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/sparkgo/spark-go/spark/internal/zipcheck"
)

func TestMain(m *testing.M) {
	debug.SetGCPercent(1000) // a hundred thousand small checks make little else than garbage
	goleak.VerifyTestMain(m)
}

func file(data []byte) error {
	return zipcheck.File(bytes.NewReader(data), int64(len(data)))
}

// streamed is the verdict of a Checker that gets the data in chunks.
func streamed(t testing.TB, data []byte, chunk int) error {
	t.Helper()
	c := zipcheck.New()
	for rest := data; len(rest) > 0; {
		n := min(chunk, len(rest))
		if _, err := c.Write(rest[:n]); err != nil {
			require.Equal(t, err, c.Close())
			return err
		}
		rest = rest[n:]
	}
	return c.Close()
}

func TestSound(t *testing.T) {
	for name, data := range checkable(t) {
		t.Run(name, func(t *testing.T) {
			_, err := contentsOf(data)
			require.NoError(t, err)
			require.NoError(t, file(data))
		})
	}
	for name, data := range opaque(t) {
		t.Run(name, func(t *testing.T) { require.NoError(t, file(data)) })
	}
}

func TestManyEntries(t *testing.T) {
	data := written(t, func(w *zip.Writer) {
		for range 70_000 {
			addRaw(t, w, "1.json", zip.Store, "{}")
		}
	})
	require.NoError(t, file(data))
	data[len(data)/2] ^= 1
	require.ErrorIs(t, file(data), zipcheck.ErrDamaged)
}

func TestNotZIP(t *testing.T) {
	for text, kind := range map[string]string{
		"":                                  "empty",
		"\r\n <!DOCTYPE html><p>Sign in":    "HTML",
		"<html>https://host/?token=secret":  "HTML",
		"\ufeff <html>":                     "HTML",
		`<?xml version="1.0"?><Error>`:      "text/xml",
		` {"error":"token=secret"}`:         "JSON",
		"\ufeff[]":                          "JSON",
		"not found":                         "text/plain",
		"Payload too large":                 "text/plain",
		"\x1f\x8b\x08\x00\x00\x00\x00\x00":  "gzip",
		"\x7fELF\x02\x01\x01\x00\x00\x00":   "something else",
		"PKCS":                              "text/plain",
		strings.Repeat("<p>secret", 10_000): "HTML",
	} {
		for _, chunk := range []int{1, 3, 1 << 20} {
			err := streamed(t, []byte(text), chunk)
			require.ErrorIs(t, err, zipcheck.ErrNotZIP, "%.40q", text)
			require.ErrorContains(t, err, kind)
			require.NotContains(t, err.Error(), "secret")
			require.NotContains(t, err.Error(), "\n")
		}
	}
}

func TestErrors(t *testing.T) {
	entry := rawEntry{name: "calls/\n.json", contents: calls, method: zip.Deflate, descriptor: 16}
	stored := rawEntry{name: "2.csv", contents: "id\n1\n", method: zip.Store}
	data := rawArchive{entries: []rawEntry{entry, stored}, comment: "January"}.build()
	at := func(part string) int { return bytes.Index(data, []byte(part)) }
	directory, end := at("PK\x01\x02"), at("PK\x05\x06")
	for name, test := range map[string]struct {
		offset int // of the damaged byte
		want   string
	}{
		"data":                {42, `entry "calls/\n.json": its contents can't be decompressed`},
		"descriptor":          {at("PK\x07\x08") + 4, `entry "calls/\n.json": its CRC-32 is`},
		"signature":           {at("2.csv") - 30, `entry "2.csv": it should begin at byte`},
		"stored":              {at("id\n1"), `entry "2.csv": its CRC-32 is`},
		"size in header":      {at("2.csv") - 8, `entry "2.csv": it has 5 bytes, 5 compressed, but its header tells 6 and 5`},
		"directory's CRC-32":  {directory + 16, `entry "calls/\n.json": its CRC-32 is`},
		"directory's method":  {directory + 10, `the directory tells another method`},
		"directory's size":    {directory + 24, `the directory tells 7`},
		"directory's flags":   {directory + 8, `the directory tells another method`},
		"directory's offset":  {directory + 42, `it should begin at byte 3, but no entry does`},
		"number of entries":   {end + 10, `its directory has 2 entries, but its end tells 1`},
		"size of directory":   {end + 13, `its directory can't have the`},
		"offset of directory": {end + 16, `its directory begins at byte`},
	} {
		t.Run(name, func(t *testing.T) {
			damaged := bytes.Clone(data)
			damaged[test.offset] ^= 3
			err := file(damaged)
			require.ErrorIs(t, err, zipcheck.ErrDamaged)
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
	for length, want := range map[int]string{
		2:             "within its first four bytes",
		20:            "its end is missing",
		50:            `entry "calls/\n.json": the data ends within it`,
		directory - 2: `entry "2.csv": the data ends within it`,
		directory + 9: "its end is missing",
		len(data) - 1: "the data ends within its comment",
	} {
		err := file(data[:length])
		require.ErrorIs(t, err, zipcheck.ErrTruncated)
		require.ErrorContains(t, err, want)
	}
	long := rawArchive{entries: []rawEntry{{name: strings.Repeat("ü", 1000), contents: calls, method: zip.Store}}}.build()
	long[2050] ^= 1
	require.Less(t, len(file(long).Error()), 500)
	require.ErrorContains(t, file(append(data, make([]byte, 66<<10)...)), "follow its end")
}

// An archive is sound only once; what follows from two versions isn't.
func TestMixedVersions(t *testing.T) {
	one := written(t, func(w *zip.Writer) {
		addRaw(t, w, "1.json", zip.Store, calls)
		addRaw(t, w, "2.json", zip.Store, calls)
	})
	two := written(t, func(w *zip.Writer) {
		addRaw(t, w, "1.json", zip.Store, calls)
		addRaw(t, w, "2.json", zip.Store, strings.ReplaceAll(calls, "2.5", "2.6"))
	})
	require.Len(t, two, len(one))
	directory := bytes.Index(one, []byte("PK\x01\x02"))
	require.ErrorIs(t, file(append(one[:directory:directory], two[directory:]...)), zipcheck.ErrDamaged)
}

func TestUnreadableFile(t *testing.T) {
	broken := errors.New("the disk is broken")
	data := fixture(t, "infozip")
	for at := range data {
		err := zipcheck.File(brokenAt{bytes.NewReader(data), int64(at), broken}, int64(len(data)))
		require.Equal(t, broken, err, "byte %d", at)
	}
	require.Equal(t, iotest.ErrTimeout, zipcheck.File(brokenAt{bytes.NewReader(data), 0, iotest.ErrTimeout}, 10))
}

// brokenAt can't read the byte at an offset.
type brokenAt struct {
	*bytes.Reader
	at  int64
	err error
}

func (r brokenAt) ReadAt(p []byte, offset int64) (int, error) {
	if offset+int64(len(p)) <= r.at {
		return r.Reader.ReadAt(p, offset)
	}
	n := max(0, r.at-offset)
	n64, _ := r.Reader.ReadAt(p[:n], offset)
	return n64, r.err
}
