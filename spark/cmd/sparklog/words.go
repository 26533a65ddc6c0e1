package main

import "fmt"

// size writes a number of bytes for people.
func size(bytes int64) string {
	units := []string{"KB", "MB", "GB", "TB"}
	if bytes < 1000 {
		return counted(int(bytes), "byte")
	}
	value, unit := float64(bytes)/1000, 0
	for ; value >= 999.95 && unit < len(units)-1; unit++ {
		value /= 1000
	}
	return fmt.Sprintf("%.1f %s", value, units[unit])
}

// counted writes a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// clip shortens a text to so many characters.
func clip(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
