package jsonscan

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// skip reads text in pieces of the given size.
func skip(text string, size int) (n int, done, ok bool) {
	var s Skipper
	for n < len(text) {
		piece, done, ok := s.Skip([]byte(text[n:min(n+size, len(text))]))
		if n += piece; done || !ok {
			return n, done, ok
		}
	}
	return n, false, true
}

// The end of a value is found, whether the value is valid or nearly valid.
func TestSkipFindsTheEnd(t *testing.T) {
	objects := []string{`{"n":NaN}`, `{"n":[-Infinity,1.],"s":"\x\"}"}`, `{a:undefined}`, "{\"tab\":\"\t\x00\"}", `{"a":1,,}`, `{"":` + strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1) + `}`}
	for _, text := range texts {
		if _, err := scan(text); err == nil && strings.HasPrefix(text, "{") {
			objects = append(objects, strings.TrimSpace(text))
		}
	}
	for _, object := range objects {
		for _, size := range []int{1, 7, 1 << 20} {
			n, done, ok := skip(object+`,{"next":1}`, size)
			require.True(t, done && ok, object)
			require.Equal(t, len(object), n, object)
		}
	}
}

// If quotes or brackets don't match, what follows could be mistaken for a part of the value.
func TestSkipGivesUp(t *testing.T) {
	for _, text := range []string{
		`{"a":"5"","b":"}`, `{"a":"x,"b":1}`, `{"a":[}`, `{"a":{]`, "{\"a\":\"\n", "{\"a\":\"b\n\"}", `{"a" "b"`, `{1 2`, `{[] {`, `{<`, `{"a":"b"x`,
		strings.Repeat("{", maxSkipDepth+1),
	} {
		_, done, ok := skip(text+`,{"next":1}`, 3)
		require.False(t, done || ok, text)
	}
	_, done, ok := skip(`{"a":"b`, 3)
	require.True(t, !done && ok, "there may be more")
}
