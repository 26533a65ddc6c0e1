package document

import (
	"strconv"
	"strings"
)

// Escape makes a key fit to stand in a JSON pointer (RFC 6901).
func Escape(key string) string {
	return escaper.Replace(key)
}

var escaper = strings.NewReplacer("~", "~0", "/", "~1")

// Tokens splits a JSON pointer into its unescaped keys.
func Tokens(pointer string) []string {
	if pointer == "" {
		return nil
	}
	tokens := strings.Split(pointer, "/")[1:]
	for i, token := range tokens {
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
	}
	return tokens
}

// Find returns the part of a value that a JSON pointer names.
func Find(value any, pointer string) (any, bool) {
	for _, token := range Tokens(pointer) {
		switch container := value.(type) {
		case map[string]any:
			member, ok := container[token]
			if !ok {
				return nil, false
			}
			value = member
		case []any:
			index, err := strconv.Atoi(token)
			if err != nil || index < 0 || index >= len(container) {
				return nil, false
			}
			value = container[index]
		default:
			return nil, false
		}
	}
	return value, true
}
