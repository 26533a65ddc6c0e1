package record_test

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/sparkgo/spark-go/spark/internal/samples"
	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
)

// tree lists all files below dir with their text, and all directories.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || path == ".":
			return err
		case entry.IsDir():
			found[path+"/"] = ""
			return nil
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		found[path] = string(text)
		return err
	}))
	return found
}

func TestExtract(t *testing.T) {
	large := manyRecords(300)
	archive := archiveOf(t,
		samples.File{"a.json", callJSON("a")},
		samples.File{"empty/", ""},
		samples.File{"deep/er/b.csv", large},
		samples.File{`windows\c.txt`, "c"},
		samples.File{"dots..json", ""},
		samples.File{"./here.txt", "here"},
	)
	dir := filepath.Join(t.TempDir(), "new", "directory")
	require.NoError(t, archive.Extract(dir))
	require.Equal(t, map[string]string{
		"a.json": callJSON("a"), "empty/": "", "deep/": "", "deep/er/": "", "deep/er/b.csv": large,
		"windows/": "", "windows/c.txt": "c", "dots..json": "", "here.txt": "here",
	}, tree(t, dir))

	err := archive.Extract(dir)
	require.ErrorIs(t, err, fs.ErrExist, "nothing is overwritten")
	require.ErrorContains(t, err, "extract archive to "+dir+": a.json: ")
}

func TestExtractRefusesPathTricks(t *testing.T) {
	for _, name := range []string{"../out.json", "/out.json", "a/../../out.json", `..\out.json`, `\out.json`, `a\..\..\out.json`, "..", "x\x00.json"} {
		outside := t.TempDir()
		dir := filepath.Join(outside, "dir")
		err := archiveOf(t, samples.File{"good.json", ""}, samples.File{name, "out"}).Extract(dir)
		require.ErrorContains(t, err, "leads out of the directory", name)
		require.NoDirExists(t, dir, "nothing is written")
		require.Empty(t, tree(t, outside))
	}
}

func TestExtractRefusesLinks(t *testing.T) {
	var data bytes.Buffer
	writer := zip.NewWriter(&data)
	link := &zip.FileHeader{Name: "link"}
	link.SetMode(fs.ModeSymlink | 0o777)
	entry, err := writer.CreateHeader(link)
	require.NoError(t, err)
	_, err = io.WriteString(entry, "/etc")
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	dir := t.TempDir()
	require.ErrorContains(t, newArchive(t, data.Bytes()).Extract(dir), `"link" is a link`)
	require.Empty(t, tree(t, dir))

	// A link that is already in the directory isn't followed either.
	outside := t.TempDir()
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "a")))
	require.Error(t, archiveOf(t, samples.File{"a/b.json", "x"}).Extract(dir))
	require.Empty(t, tree(t, outside))
}

func TestExtractFailures(t *testing.T) {
	dir := t.TempDir()
	archive := archiveOf(t, samples.File{"a.json", callJSON("a")}, samples.File{"a.json", callJSON("again")})
	require.ErrorIs(t, archive.Extract(dir), fs.ErrExist, "the same name twice")
	require.Equal(t, map[string]string{"a.json": callJSON("a")}, tree(t, dir))

	dir = t.TempDir()
	bomb := samples.ZIP(t, zip.Deflate, samples.File{"a.json", callJSON("a")}, samples.File{"bomb.json", manyRecords(1000)})
	err := newArchive(t, bomb, record.WithLimits(record.Limits{Total: 1 << 20})).Extract(dir)
	require.ErrorContains(t, err, "bomb.json: the archive unpacks to more than 1048576 bytes (if that is expected, raise Limits.Total with WithLimits)")
	require.Equal(t, map[string]string{"a.json": callJSON("a")}, tree(t, dir), "no incomplete file remains")

	dir = t.TempDir()
	err = newArchive(t, bomb, record.WithLimits(record.Limits{Files: 1})).Extract(dir)
	require.ErrorContains(t, err, "the archive has 2 files, more than 1 (if that is expected, raise Limits.Files with WithLimits)")
	require.NoError(t, newArchive(t, bomb, record.WithLimits(record.Limits{Files: -1})).Extract(dir))

	data := samples.ZIP(t, zip.Store, samples.File{"a.json", callJSON("a")}, samples.File{"b.json", callJSON("b")})
	data[bytes.Index(data, []byte(`"b"`))+1] = 'c'
	dir = t.TempDir()
	err = newArchive(t, data).Extract(dir)
	require.ErrorIs(t, err, record.ErrCorrupt)
	require.Equal(t, map[string]string{"a.json": callJSON("a")}, tree(t, dir), "no damaged file remains")

	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.Error(t, archiveOf(t, samples.File{"a.json", ""}).Extract(path), "not a directory")
}
