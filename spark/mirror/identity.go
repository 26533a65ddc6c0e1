package mirror

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"hash"

	"github.com/sparkgo/spark-go/spark"
)

// recordKey identifies a record by what it says. What the platform may write in
// another way from one export to the next isn't in it: blanks, the order of members,
// escapes, the form of numbers and time stamps, and the members that it sometimes
// leaves out. Records of one v4 call share a key only where they are alike in all
// that matters, so keys are counted.
type recordKey [16]byte

func (k recordKey) part(parts uint64) uint64 { return binary.LittleEndian.Uint64(k[:]) % parts }

func keyOf(call *spark.Call) recordKey {
	sum := sha256.New()
	if call.LogTime.IsZero() {
		add(sum, canonical(call.JSON()))
	} else {
		add(sum, []byte(call.ID))
		add(sum, binary.AppendVarint(nil, call.LogTime.UnixNano()))
		add(sum, canonical(call.Inputs.JSON()))
		add(sum, canonical(call.Outputs.JSON()))
		messages, _ := json.Marshal([]any{call.Warnings, call.Errors})
		add(sum, canonical(messages))
	}
	var key recordKey
	copy(key[:], sum.Sum(nil))
	return key
}

// add writes a part with its length before it, so that parts can't run together.
func add(sum hash.Hash, part []byte) {
	sum.Write(binary.AppendUvarint(nil, uint64(len(part))))
	sum.Write(part)
}
