package record_test

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/sparkgo/spark-go/spark/record"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// collect runs an iteration and returns the IDs of its calls, and its errors.
func collect(calls iter.Seq2[*record.Call, error]) (ids []string, errs []string) {
	for call, err := range calls {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		ids = append(ids, call.ID)
	}
	return ids, errs
}

func TestReadCalls(t *testing.T) {
	const a, b = `{"EngineCallId":"a"}`, `{"EngineCallId":"b"}`
	ab := []string{"a", "b"}
	deep := strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001)
	for _, test := range []struct {
		file string
		ids  []string
		errs []string
	}{
		{"", nil, nil},
		{" \r\n", nil, nil},
		{"\ufeff", nil, nil},
		{"\ufeff[]", nil, nil},
		{"[ ]", nil, nil},
		{a, []string{"a"}, nil},
		{"\ufeff" + a + "\n", []string{"a"}, nil},
		{"[" + a + "," + b + "]", ab, nil},
		{"\ufeff [\r\n" + a + " ,\n" + b + "\n]\n", ab, nil},
		{a + "\n" + b, ab, nil},
		{a + "\r\n\r\n" + b + "\r\n", ab, nil},
		{a + b, ab, nil},
		{"[" + a + "]\n[" + b + "]\n[]", ab, nil},
		{`"{\"EngineCallId\":\"a\"}"`, []string{"a"}, nil},

		// One bad record, and the next follows.
		{"[" + a + ",null,[" + a + "],17," + b + "]", ab, []string{
			"read record 2 at byte 22: the record is empty or null",
			"read record 3 at byte 27: expected a record (a JSON object), found a list",
			"read record 4 at byte 50: expected a record (a JSON object), found a number",
		}},
		{`"x"` + "\n" + b, []string{"b"}, []string{"read record 1 at byte 0: invalid JSON: found 'x', expected a value, at byte 0"}},
		{"17", nil, []string{"read record 1 at byte 0: expected a record (a JSON object), found a number"}},

		// The next record can't be found.
		{"[" + a, []string{"a"}, []string{"read record 1 at byte 21: the file ends in the middle of the list"}},
		{"[" + a + ",", []string{"a"}, []string{"read record 1 at byte 22: the file ends in the middle of the list"}},
		{"[" + a + `,{"EngineCall`, []string{"a"}, []string{"read record 2 at byte 22: the file ends in the middle of the record"}},
		{"[" + a + " " + b + "]", []string{"a"}, []string{"read record 1 at byte 22: invalid JSON: found '{', expected a comma or the end of the list; the rest of the file, from byte 22 on, is not read"}},
		{"[" + a + ",]", []string{"a"}, []string{"read record 2 at byte 22: invalid JSON: found ']', expected a value; the rest of the file, from byte 22 on, is not read"}},
		{"[," + a + "]", nil, []string{"read record 1 at byte 1: invalid JSON: found ',', expected a value; the rest of the file, from byte 1 on, is not read"}},
		{a + "," + b, []string{"a"}, []string{"read record 2 at byte 20: invalid JSON: found ',', expected a value; the rest of the file, from byte 20 on, is not read"}},
		{a + "]", []string{"a"}, []string{"read record 2 at byte 20: invalid JSON: found ']', expected a value; the rest of the file, from byte 20 on, is not read"}},
		{"<html><body>Bad gateway</body></html>", nil, []string{"read record 1 at byte 0: invalid JSON: found '<', expected a value; the rest of the file, from byte 0 on, is not read"}},

		// The end of an object that can't be read is found where quotes and brackets match.
		{`{"EngineCallId":"a","n":1.}` + "\n" + b, []string{"b"}, []string{"read record 1 at byte 26: invalid JSON: found '}', expected a digit"}},
		{`[{"n":[NaN,-Infinity],"]}":"}\"{"},` + b + "]", []string{"b"}, []string{"read record 1 at byte 7: invalid JSON: found 'N', expected a value"}},
		{"[" + a + `,{"a":"\x","b":"tab	"} ,` + b + "]", ab, []string{"read record 2 at byte 29: invalid JSON: found 'x', expected an escape"}},
		{`[{"n":` + deep + "}," + b + "]", []string{"b"}, []string{"read record 1 at byte 10005: invalid JSON: nested more than 10000 deep"}},
		{"[" + a + `,{"size":"5"","b":"}` + `,` + b + "]", []string{"a"}, []string{"read record 2 at byte 33: invalid JSON: found '\"', expected a comma or the end of the object; the rest of the file, from byte 22 on, is not read"}},
		{`[{"name":"x,"b":1},` + b + "]", nil, []string{"read record 1 at byte 13: invalid JSON: found 'b', expected a comma or the end of the object; the rest of the file, from byte 1 on, is not read"}},
		{`[{"n":[NaN},` + b + "]", nil, []string{"read record 1 at byte 7: invalid JSON: found 'N', expected a value; the rest of the file, from byte 1 on, is not read"}},
		{`[{"n":NaN} x,` + b + "]", nil, []string{"read record 1 at byte 6: invalid JSON: found 'N', expected a value", "read record 1 at byte 11: invalid JSON: found 'x', expected a comma or the end of the list; the rest of the file, from byte 11 on, is not read"}},
		{`[{"n":NaN`, nil, []string{"read record 1 at byte 6: invalid JSON: found 'N', expected a value; the rest of the file, from byte 1 on, is not read"}},

		// What it is instead of a record is named.
		{"[{}," + b + "]", []string{"b"}, []string{"read record 1 at byte 1: expected a call record, found an object without any of its members"}},
		{`{"records":[` + a + "," + b + "]}", nil, []string{`read record 1 at byte 0: expected a call record, found an object with a list of them in its member "records"; extract the list first`}},
		{`{"count":2,"data": [ ` + a + "]}", nil, []string{`read record 1 at byte 0: expected a call record, found an object with a list of them in its member "data"; extract the list first`}},
		{`{"status":"Error","error":{"message":"no"},"response_data":null}`, nil, []string{`read record 1 at byte 0: expected a call record, found a response of the API; if it has a record, that is its member "response_data"`}},
		{`"{\"x\":[]}"` + b, []string{"b"}, []string{"read record 1 at byte 0: expected a call record, found an object without any of its members"}},
	} {
		for name, reader := range readers {
			ids, errs := collect(record.ReadCalls(reader(strings.NewReader(test.file))))
			require.Equal(t, test.ids, ids, "%s: %q", name, test.file)
			require.Equal(t, test.errs, errs, "%s: %q", name, test.file)
		}
	}
}

func TestReadCallsErrorType(t *testing.T) {
	broken := errors.New("connection reset")
	source := &brokenReader{strings.NewReader(`[{"EngineCallId":"a"},{"Eng`), broken}
	var last error
	ids, _ := collect(func(yield func(*record.Call, error) bool) {
		for call, err := range record.ReadCalls(source) {
			last = err
			yield(call, err)
		}
	})
	require.Equal(t, []string{"a"}, ids)
	require.ErrorIs(t, last, broken)
	var at *record.ReadError
	require.ErrorAs(t, last, &at)
	require.Equal(t, record.ReadError{Record: 2, Offset: 22, Err: broken}, *at)
}

// A call stays as it is while the reader continues, and a break ends the reading.
func TestReadCallsKeepsCalls(t *testing.T) {
	var file strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&file, `{"EngineCallId":"%d","UserName":"user %d","EngineDetails":{"request_data":{"inputs":{"n":%d}}}}`+"\n", i, i, i)
	}
	var calls []*record.Call
	for call, err := range record.ReadCalls(strings.NewReader(file.String())) {
		require.NoError(t, err)
		if calls = append(calls, call); len(calls) == 4000 {
			break
		}
	}
	for i, call := range calls {
		require.Equal(t, fmt.Sprint(i), call.ID)
		require.Equal(t, fmt.Sprint("user ", i), call.User)
		n, err := record.ValueAs[int](call.Inputs, "n")
		require.NoError(t, err)
		require.Equal(t, i, n)
	}
}

func TestReadCallsLargeRecord(t *testing.T) {
	large := `{"EngineCallId":"large","x":"` + strings.Repeat("x", 3<<20) + `"}`
	file := "[" + large + `,{"EngineCallId":"b"},` + large + "]"
	ids, errs := collect(record.ReadCalls(iotest.HalfReader(strings.NewReader(file))))
	require.Empty(t, errs)
	require.Equal(t, []string{"large", "b", "large"}, ids)
}

// However large a record is, its end is found, and reading it takes no more memory.
func TestReadCallsBeyondTheLimit(t *testing.T) {
	large := `{"EngineCallId":"large","x":"` + strings.Repeat("x", 1<<20) + `"}`
	for _, test := range []struct {
		file string
		ids  []string
		says string
	}{
		{"[" + large + "," + callJSON("b") + "]", []string{"b"}, "read record 1 at byte 1: the record is larger than 1000 bytes (if that is expected, raise Limits.Record with WithLimits)"},
		{`{"records":[` + large + "," + callJSON("b") + "]}", nil, `read record 1 at byte 0: expected a call record, found an object with a list of them in its member "records"; extract the list first`},
	} {
		ids, errs := collect(record.ReadCalls(strings.NewReader(test.file), nil, record.WithLimits(record.Limits{Record: 1000})))
		require.Equal(t, test.ids, ids)
		require.Equal(t, []string{test.says}, errs)
	}
}

// Any list of records is read unchanged, however it is formatted and read.
func TestReadCallsRoundTrip(t *testing.T) {
	space := rapid.SampledFrom([]string{"", " ", "\n", "\r\n\t"})
	rapid.Check(t, func(t *rapid.T) {
		records := rapid.SliceOfN(recordText(), 0, 6).Draw(t, "records")
		inList := rapid.Bool().Draw(t, "list")
		var file strings.Builder
		file.WriteString(rapid.SampledFrom([]string{"", "\ufeff"}).Draw(t, "mark") + space.Draw(t, "space"))
		if inList {
			file.WriteString("[" + space.Draw(t, "space"))
		}
		for i, want := range records {
			if inList && i > 0 {
				file.WriteString(space.Draw(t, "space") + "," + space.Draw(t, "space"))
			}
			file.WriteString(want)
			file.WriteString(space.Draw(t, "space"))
		}
		if inList {
			file.WriteString("]" + space.Draw(t, "space"))
		}
		var got []string
		for call, err := range record.ReadCalls(iotest.HalfReader(strings.NewReader(file.String()))) {
			require.NoError(t, err)
			got = append(got, string(call.JSON()))
		}
		require.Equal(t, append([]string(nil), records...), got)
	})
}

func FuzzReadCalls(f *testing.F) {
	for _, seed := range []string{`[{"EngineCallId":"a"},{}]`, `[{"a":NaN},{"EngineCallId":"a"}]`, "{}\n{}\n", "\ufeff[]", `"{}"`, `[{},null`, `[[],5]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		allIDs, allErrs := collect(record.ReadCalls(bytes.NewReader(file)))
		ids, errs := collect(record.ReadCalls(iotest.OneByteReader(bytes.NewReader(file))))
		require.Equal(t, allIDs, ids)
		require.Equal(t, allErrs, errs)
		require.LessOrEqual(t, len(ids), len(file))
	})
}
