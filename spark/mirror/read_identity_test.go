package mirror_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/sparkgo/spark-go/spark/mirror"
	"github.com/sparkgo/spark-go/spark/sparktest"
)

// A record is the same however it is written, so a later export doesn't add it again.
func TestRecordIsTheSameHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{`{"a":1,"b":[true,null]}`, ` { "b" : [ true , null ] , "a" : 1 } `},
		{`{"x":{"a":{},"bb":[],"c":"t"},"y":1}`, `{"y":1,"x":{"c":"t","bb":[ ],"a":{ }}}`},
		{`{"a":0}`, `{"a":0.0}`}, {`{"a":0}`, `{"a":0e0}`}, {`{"a":0}`, `{"a":-0.00E-7}`},
		{`{"a":1500}`, `{"a":1.5e3}`}, {`{"a":[1.10,-2]}`, `{"a":[1.1,-2.0]}`},
		{`{"a":"é/\"\n"}`, `{"a":"\u00e9\/\u0022\u000a"}`}, {`{"é":1}`, `{"\u00E9":1}`}, {`{"a":"😀"}`, `{"a":"\ud83d\ude00"}`},
		{`{"a":1e999999999}`, `{"a":10e999999998}`}, {`{"a":1` + strings.Repeat("0", 60) + `}`, `{"a":1e60}`}, {`{"a":-0}`, `{"a":0}`},
	} {
		require.Equal(t, 1, recordsOf(t, pair[0], pair[1]), "%s and %s", pair[0], pair[1])
	}
}

func TestRecordsAreDifferentIfAnyDigitIs(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{`{"a":0.1}`, `{"a":0.10000000000000001}`}, {`{"a":1}`, `{"a":-1}`}, {`{"a":1}`, `{"a":"1"}`}, {`{"a":0}`, `{"a":null}`},
		{`{"a":12}`, `{"a":[1,2]}`}, {`{"a":[1,2]}`, `{"a":[12]}`}, {`{"a":[1,2]}`, `{"a":[2,1]}`}, {`{"a":[[1],2]}`, `{"a":[1,[2]]}`},
		{`{"a":1e999999999}`, `{"a":1e999999998}`}, {`{"a":"\ud800"}`, `{"a":"\ud801"}`}, {`{"a":true}`, `{"a":"true"}`},
		{`{"a":1,"a":2}`, `{"a":2,"a":1}`}, {`{"a":"b"}`, `{"ab":""}`}, {`{"a":" b"}`, `{"a":"b"}`}, {`{"a":{"b":1}}`, `{"a":{},"b":1}`},
	} {
		require.Equal(t, 2, recordsOf(t, pair[0], pair[1]), "%s and %s", pair[0], pair[1])
	}
}

// recordsOf returns how many records a directory contains after two exports of one record, whose
// inputs, outputs and error details are written in two ways.
func recordsOf(t *testing.T, ways ...string) (records int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		dir := scratch(t)
		sleepUntil(day(1))
		for _, values := range ways {
			call := sparktest.Call{ID: uuid.Nil.String(), Time: day(0, 12*time.Hour)}
			call.Raw = fmt.Appendf(nil, `{"LogTime":"2000-01-01T12:00:00","EngineCallId":%q,"EngineDetails":{
				"response_data":{"outputs":%s,"errors":[{"error_type":"MIN","additional_details":%s}]},"request_data":{"inputs":%s}}}`,
				call.ID, values, values, values)
			records = int(update(t, platform(t, []sparktest.Call{call}), dir, mirror.Options{Since: firstDay}).Records)
		}
		total := 0
		for range tallyOf(t, dir) {
			total++
		}
		require.LessOrEqual(t, total, records)
	})
	return records
}

// Exports don't give the index. If a later export has another record of the same call,
// any difference in content identifies it, and both are kept.
func TestRecordsOfOneCallAreIdentifiedByTheirContent(t *testing.T) {
	t.Parallel()
	number := func(n int) json.RawMessage { return fmt.Appendf(nil, `{"x":%d}`, n) }
	for name, change := range map[string]func(call *sparktest.Call, n int){
		"call ID": func(call *sparktest.Call, n int) {
			call.ID = uuid.NewSHA1(uuid.Nil, []byte{byte(n)}).String()
			call.Index = 0
		},
		"log time": func(call *sparktest.Call, n int) { call.Time = call.Time.Add(time.Duration(n) * time.Microsecond) },
		"inputs":   func(call *sparktest.Call, n int) { call.Inputs = number(n) },
		"outputs":  func(call *sparktest.Call, n int) { call.Outputs = number(n) },
		"warnings": func(call *sparktest.Call, n int) { call.Warnings = []sparktest.Message{{Text: string(number(n))}} },
		"errors":   func(call *sparktest.Call, n int) { call.Errors = []sparktest.Message{{Text: string(number(n))}} },
		"the place of values": func(call *sparktest.Call, n int) {
			sides := []string{`"request_data":{"inputs":{"x":1}}`, `"response_data":{"outputs":{"x":1}}`}
			call.Raw = fmt.Appendf(nil, `{"EngineCallId":%q,"LogTime":"2000-01-01T12:00:00","EngineDetails":{%s}}`, call.ID, sides[n-1])
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			dir, want := scratch(t), tally{}
			sleepUntil(day(1))
			for n := 1; n <= 2; n++ {
				one := sparktest.Call{ID: uuid.Nil.String(), Time: day(0, 12*time.Hour), APIVersion: "V4"}
				other := one
				other.Index = 1
				change(&other, n)
				server := platform(t, []sparktest.Call{one, other})
				update(t, server, dir, mirror.Options{Since: firstDay})
				maps.Copy(want, truth(t, served(server), firstDay))
			}
			require.Len(t, want, 3, name)
			requireSame(t, want, tallyOf(t, dir))
		})
	}
}
