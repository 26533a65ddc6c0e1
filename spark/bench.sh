#!/bin/sh
# Runs the benchmarks so many times in turns, so that a busy machine is fair to
# all, keeps what they print in bench.txt for benchstat -col /by, and ends in a
# table of medians: what the library takes of what a program without it takes.
set -eu
rounds=$1 pattern=$2

rm -f bench.txt
for _ in $(seq "$rounds"); do
	go test -run '^$' -bench "$pattern" -timeout 0 ./spark ./spark/record ./openapi/internal/pipeline >>bench.txt || {
		cat bench.txt
		exit 1
	}
	grep -c '^Benchmark' bench.txt | sed 's/$/ results/' >&2
done

# A line for each benchmark and unit: its name without the number of processors,
# the unit, and the median of its values.
medians() {
	awk '/^Benchmark/ {
		sub(/^Benchmark/, "", $1); sub(/-[0-9]+$/, "", $1)
		for (i = 3; i < NF; i += 2) print $1, $(i + 1), $i
	}' bench.txt | sort -k1,1 -k2,2 -k3,3g | awk '
		function flush() { if (n) print key, values[int((n + 1) / 2)] }
		{ if ($1 " " $2 != key) { flush(); n = 0 }; key = $1 " " $2; values[++n] = $3 }
		END { flush() }'
}

echo
medians | awk '
	function ratio(unit,   raw) {
		raw = value[name "/by=raw", unit]
		return raw > 0 ? sprintf("%.2f", value[name "/by=spark", unit] / raw) : "-"
	}
	{ value[$1, $2] = $3; if (sub(/\/by=spark$/, "", $1) && !seen[$1]++) names[++n] = $1 }
	END {
		printf "%-32s %8s %8s %8s   (without the library = 1)\n", "", "time", "bytes", "allocs"
		for (i = 1; i <= n; i++) {
			name = names[i]
			if ((name "/by=spark", "size-B") in value) continue
			printf "%-32s %8s %8s %8s\n", name, ratio("ns/op"), ratio("B/op"), ratio("allocs/op")
		}
	}'
echo
medians | awk '$2 !~ /^(B\/op|allocs\/op|MB\/s)$/ && ($1 !~ /\/by=/ || $1 ~ /^Import/) && $2 != "ns/op" {
	if ($1 != last) printf "%s%-40s", last == "" ? "" : "\n", $1
	printf "  %.0f %s", $3, $2
	last = $1
} END { print "" }'
