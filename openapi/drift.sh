#!/bin/sh
# Fails if the committed generated files differ from what make generate makes
# of the committed sources, and puts them back as they were.
set -eu
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
files="openapi/spark.yaml gen/client.gen.go gen/server/server.gen.go"
tar -cf "$before/files.tar" $files
go generate .
mkdir "$before/made"
tar -cf - $files | tar -xf - -C "$before/made"
tar -xf "$before/files.tar"
mkdir "$before/committed"
tar -xf "$before/files.tar" -C "$before/committed"
diff -ru "$before/committed" "$before/made" || {
	echo "generated files are stale: run make generate and commit the result" >&2
	exit 1
}
