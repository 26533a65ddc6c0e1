package mirror

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"

	"github.com/sparkgo/spark-go/spark/record"
)

// recordKey identifies a record by what it says. What the platform may write in
// another way from one export to the next isn't in it: blanks, the order of members,
// escapes, the form of numbers and time stamps, and the members that it sometimes
// leaves out. Records of one v4 call share a key only where they are alike in all
// that matters, so keys are counted.
type recordKey [16]byte

func (k recordKey) part(parts uint64) uint64 { return binary.LittleEndian.Uint64(k[:]) % parts }

// writtenKey is the key of a record by its text. It takes a fraction of the time, and
// records that share it are equal.
func writtenKey(call *record.Call) (key recordKey) {
	sum := sha256.Sum256(call.JSON())
	copy(key[:], sum[:])
	return key
}

func keyOf(call *record.Call) (key recordKey) {
	var c canonicalizer
	if call.LogTime.IsZero() {
		c.write(call.JSON())
	} else {
		inputs, outputs := call.Inputs.JSON(), call.Outputs.JSON()
		c.out = make([]byte, 0, len(inputs)+len(outputs)+256)
		c.members = make([]member, 0, 32)
		c.out = binary.AppendVarint(c.out, call.LogTime.Unix())
		c.out = binary.AppendVarint(c.out, int64(call.LogTime.Nanosecond()))
		c.out = append(binary.AppendUvarint(c.out, uint64(len(call.ID))), call.ID...)
		c.write(inputs)
		c.write(outputs)
		if len(call.Warnings)+len(call.Errors) > 0 {
			messages, _ := json.Marshal([]any{call.Warnings, call.Errors})
			c.write(messages)
		}
	}
	sum := sha256.Sum256(c.out)
	copy(key[:], sum[:])
	return key
}
