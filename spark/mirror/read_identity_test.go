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
	requireRecords(t, 1, [][2]string{
		{`{"a":1,"b":[true,null]}`, ` { "b" : [ true , null ] , "a" : 1 } `},
		{`{"x":{"a":{},"bb":[],"c":"t"},"y":1}`, `{"y":1,"x":{"c":"t","bb":[ ],"a":{ }}}`},
		{`{"a":0}`, `{"a":0.0}`}, {`{"a":0}`, `{"a":0e0}`}, {`{"a":0}`, `{"a":-0.00E-7}`},
		{`{"a":1500}`, `{"a":1.5e3}`}, {`{"a":[1.10,-2]}`, `{"a":[1.1,-2.0]}`},
		{`{"a":"é/\"\n"}`, `{"a":"\u00e9\/\u0022\u000a"}`}, {`{"é":1}`, `{"\u00E9":1}`}, {`{"a":"😀"}`, `{"a":"\ud83d\ude00"}`},
		{`{"a":1e999999999}`, `{"a":10e999999998}`}, {`{"a":1` + strings.Repeat("0", 60) + `}`, `{"a":1e60}`}, {`{"a":-0}`, `{"a":0}`},
	})
}

func TestRecordsAreDifferentIfAnyDigitIs(t *testing.T) {
	t.Parallel()
	requireRecords(t, 2, [][2]string{
		{`{"a":0.1}`, `{"a":0.10000000000000001}`}, {`{"a":1}`, `{"a":-1}`}, {`{"a":1}`, `{"a":"1"}`}, {`{"a":0}`, `{"a":null}`},
		{`{"a":12}`, `{"a":[1,2]}`}, {`{"a":[1,2]}`, `{"a":[12]}`}, {`{"a":[1,2]}`, `{"a":[2,1]}`}, {`{"a":[[1],2]}`, `{"a":[1,[2]]}`},
		{`{"a":[[1],2]}`, `{"a":[[1,2]]}`}, {`{"a":["x","y"]}`, `{"a":["x\"\u0000y"]}`},
		{`{"a":1e999999999}`, `{"a":1e999999998}`}, {`{"a":"\ud800"}`, `{"a":"\ud801"}`}, {`{"a":true}`, `{"a":"true"}`},
		{`{"a":1,"a":2}`, `{"a":2,"a":1}`}, {`{"a":"b"}`, `{"ab":""}`}, {`{"a":" b"}`, `{"a":"b"}`}, {`{"a":{"b":1}}`, `{"a":{},"b":1}`},
	})
}

// requireRecords requires that a directory contains so many records of each call after two
// exports, in which its inputs, outputs and error details are written in two ways.
func requireRecords(t *testing.T, want int, ways [][2]string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		dir := scratch(t)
		sleepUntil(day(1))
		for export := range 2 {
			var calls []sparktest.Call
			for i, values := range ways {
				call := sparktest.Call{ID: uuid.NewSHA1(uuid.Nil, []byte{byte(i)}).String(), Time: day(0, 12*time.Hour)}
				call.Raw = fmt.Appendf(nil, `{"LogTime":"2000-01-01T12:00:00","EngineCallId":%[1]q,"EngineDetails":{
					"response_data":{"outputs":%[2]s,"errors":[{"error_type":"MIN","additional_details":%[2]s}]},"request_data":{"inputs":%[2]s}}}`,
					call.ID, values[export])
				calls = append(calls, call)
			}
			update(t, platform(t, calls), dir, mirror.Options{Since: firstDay})
		}
		records := map[string]int{}
		for _, id := range idsOf(t, dir) {
			records[id]++
		}
		for i, values := range ways {
			require.Equal(t, want, records[uuid.NewSHA1(uuid.Nil, []byte{byte(i)}).String()], "%s and %s", values[0], values[1])
		}
	})
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
