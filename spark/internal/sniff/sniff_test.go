package sniff_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/internal/sniff"
)

func TestFormat(t *testing.T) {
	for content, want := range map[string]string{
		"":                                  "it is empty",
		"\ufeff \r\n":                       "it is empty",
		"PK\x03\x04":                        "it looks like a ZIP archive but is cut short or damaged",
		"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1.": "it looks like an OLE file",
		"%PDF-1.7":                          "it looks like a PDF",
		"\ufeff {}":                         "it looks like JSON",
		"[]":                                "it looks like JSON",
		"\n<!DOCTYPE html>":                 "it looks like HTML",
		"Grüße, 世界":                         "it looks like text",
		"cut \xe4\xb8":                      "it looks like text",
		"latin1 \xe9t\xe9 of some length":   "its format is unknown",
		"\x00\x01\x02":                      "its format is unknown",
	} {
		require.Equal(t, want, sniff.Format(strings.NewReader(content)), "%q", content)
	}
}

func TestWithoutMark(t *testing.T) {
	for text, want := range map[string]string{"": "", "a": "a", "\ufeffa": "a", "\ufeff": ""} {
		got, err := sniff.WithoutMark(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"\xff\xfe{\x00", "\xfe\xff\x00{", "{\x00}\x00", "\x00{\x00}"} {
		_, err := sniff.WithoutMark([]byte(text))
		require.ErrorIs(t, err, sniff.ErrUTF16)
	}
}
