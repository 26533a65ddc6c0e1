#!/bin/sh
# Verifies that the committed generated files are what "make generate" makes of
# the committed sources, byte for byte and without the network, and that it doesn't
# change any other file. Afterwards it restores the files.
set -eu

outputs="openapi/spark.yaml gen/client.gen.go gen/server/server.gen.go"
work=$(mktemp -d)
tar -cf "$work/outputs.tar" $outputs
restore() {
	tar -xf "$work/outputs.tar"
	rm -rf "$work"
}
trap restore EXIT

# A line for each file of the project, with a checksum of its content.
listing() {
	find . -name .git -prune -o -type f -exec cksum {} + | sort -k3
}

go mod download
listing >"$work/before"
rm -f $outputs
GOPROXY=off GOFLAGS=-mod=readonly go generate .
listing >"$work/after"
diff -u "$work/before" "$work/after" || {
	echo "make generate changes the files above: run it and commit the result" >&2
	exit 1
}
