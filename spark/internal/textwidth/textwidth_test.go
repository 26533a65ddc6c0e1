package textwidth_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/textwidth"
)

func TestOf(t *testing.T) {
	for text, columns := range map[string]int{"": 0, "Prämie": 6, "保険料": 6, "ｶﾅ": 2, "Ａ": 2, "한국": 4, "e\u0301": 1, "🚗 1": 4, "…–": 2} {
		require.Equal(t, columns, textwidth.Of(text), text)
	}
}

func TestCut(t *testing.T) {
	for columns, text := range map[int]string{1: "…", 2: "…", 3: "保…", 4: "保…", 5: "保険…", 6: "保険料"} {
		require.Equal(t, text, textwidth.Cut("保険料", columns), columns)
	}
	require.Equal(t, "abc…", textwidth.Cut("abcdef", 4))
}

func TestTable(t *testing.T) {
	require.Equal(t, "保険料  ", textwidth.Left("保険料", 8))
	require.Equal(t, "  保険料", textwidth.Right("保険料", 8))
	require.Equal(t, []string{"保険料  1  x", "a       22", "", "alone"},
		textwidth.Table([][]string{{"保険料", "1", "x"}, {"a", "22"}, {}, {"alone"}}))
}
