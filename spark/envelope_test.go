package spark_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark"
	"github.com/sparkgo/spark-go/spark/record"
)

// inUTF16 encodes text with a byte order mark, as many Windows programs do.
func inUTF16(text string) string {
	encoded := []byte("\xff\xfe")
	for _, unit := range utf16.Encode([]rune(text)) {
		encoded = binary.LittleEndian.AppendUint16(encoded, unit)
	}
	return string(encoded)
}

// textsFromOutside are texts of other programs, each with a function that reads it.
var textsFromOutside = map[string]struct {
	text string
	read func(t *testing.T, text string) error
}{
	"credentials file": {`{"client_id":"id","client_secret":"` + hidden + `"}`, func(t *testing.T, text string) error {
		path := filepath.Join(t.TempDir(), "oauth.json")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := spark.NewClient(apiOrigin+"/t", spark.ClientCredentialsFile(path))
		return err
	}},
	"token response": {`{"access_token":"token-1"}`, func(t *testing.T, text string) error {
		issuer := newTenant(t)
		issuer.handlers[tokenHost] = respond(text)
		err := getCall(t.Context(), issuer.authenticated())
		return err
	}},
	"API response": {recordResponse, func(t *testing.T, text string) error {
		client := apiWorld(t, respond(text)).bearer()
		err := getCall(t.Context(), client)
		return err
	}},
	"record": {`{"EngineCallId":"a"}`, func(_ *testing.T, text string) error {
		_, err := record.ParseCall([]byte(text))
		return err
	}},
	"JSON file": {`[{"EngineCallId":"a"}]`, func(_ *testing.T, text string) error {
		for _, err := range record.ReadCalls(strings.NewReader(text)) {
			return err
		}
		return nil
	}},
	"CSV file": {"Call ID,Age\na,5\n", func(_ *testing.T, text string) error {
		for _, err := range record.ReadRows(strings.NewReader(text)) {
			return err
		}
		return nil
	}},
}

func TestTextsFromOutsideMayBeginWithAByteOrderMark(t *testing.T) {
	for name, outside := range textsFromOutside {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, outside.read(t, outside.text))
			require.NoError(t, outside.read(t, "\ufeff"+outside.text))
			for _, text := range []string{inUTF16(outside.text), inUTF16(outside.text)[2:]} {
				err := outside.read(t, text)
				require.ErrorContains(t, err, "UTF-16")
				require.NotContains(t, err.Error(), hidden)
			}
		})
	}
}

func TestRecordWithinTheResponseMayBeginWithAByteOrderMark(t *testing.T) {
	client := apiWorld(t, respond(`{"response_data":"\ufeff{\"EngineCallId\":\"a\"}"}`)).bearer()
	call, err := client.GetCall(t.Context(), anyCallID)
	require.NoError(t, err)
	require.Equal(t, "a", call.ID)
}
