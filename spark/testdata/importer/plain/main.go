// Command plain is a program without the library, to compare with the one beside.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

func main() {
	response, err := http.Get(os.Getenv("CSPARK_BASE_URL"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	defer response.Body.Close()
	var decoded any
	if err := json.NewDecoder(response.Body).Decode(&decoded); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(decoded)
}
