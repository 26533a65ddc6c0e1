package record_test

import (
	"fmt"
	"log"
	"math/big"

	"github.com/sparkgo/spark-go/spark/record"
)

// Sum the premiums in an archive that was exported earlier, exactly. One of its files is
// cut short; all other calls are read nevertheless.
func Example() {
	archive, err := record.OpenArchive("testdata/archives/calls.zip")
	if err != nil {
		log.Fatal(err)
	}
	defer archive.Close()

	sum := new(big.Rat)
	for call, err := range archive.Calls() {
		if err != nil {
			fmt.Println(err)
			continue
		}
		if len(call.Errors) > 0 {
			fmt.Println(call.ID, "failed:", call.Errors[0])
			continue
		}
		switch premium, err := record.ValueAs[*big.Rat](call.Outputs, "Premium"); {
		case err != nil:
			fmt.Println(call.ID, err)
		case premium == nil:
			fmt.Println(call.ID, "has a premium of null")
		default:
			sum.Add(sum, premium)
		}
	}
	fmt.Println(sum.FloatString(19))
	// Output:
	// call-2 failed: Age must be at least 18
	// read 2026-03-01/calls-2.json, record 2 at byte 274: the file ends in the middle of the record
	// 1333.7234567890123456789
}
