#!/bin/sh
# Makes the archives beside it with Info-ZIP's zip and Python's zipfile.
set -eu
cd "$(dirname "$0")"
out=$PWD
rm -f ./*.zip
dir=$(mktemp -d)
trap 'rm -r "$dir"' EXIT
cd "$dir"
mkdir -p calls/empty
awk 'BEGIN { for (i = 0; i < 10; i++) printf "{\"id\":%d,\"premium\":%d.%02d}\n", i, i * i * 7919 % 1000, i * 31 % 100 }' > calls/1.json
printf 'id,premium\n1,2.50\n' > calls/2.csv
: > calls/3.json
find . -exec touch -t 202501020304.06 {} +

zip -q -r "$out/infozip.zip" calls
zip -q -r -0 "$out/infozip-stored.zip" calls
zip -q -r - calls | cat > "$out/infozip-streamed.zip"
zip -q -r -fz "$out/infozip-zip64.zip" calls
zip -q -r -P secret "$out/infozip-encrypted.zip" calls
zip -q -r -P secret - calls | cat > "$out/infozip-encrypted-streamed.zip"
zip -q -r -Z bzip2 "$out/infozip-bzip2.zip" calls
zip -q -r -z "$out/infozip-comment.zip" calls << COMMENT
January
COMMENT
cp "$out/infozip.zip" "$out/infozip-deleted.zip"
zip -q -d "$out/infozip-deleted.zip" calls/2.csv

python3 - "$out" << 'PYTHON'
import os, sys, zipfile

class Pipe:
    """A file that can't seek, as a connection is."""
    def __init__(self, path): self.file = open(path, "wb")
    def write(self, data): return self.file.write(data)
    def flush(self): self.file.flush()

def pack(name, method, seekable=True, zip64=False):
    path = os.path.join(sys.argv[1], name)
    with zipfile.ZipFile(path if seekable else Pipe(path), "w", method) as archive:
        for file in ("calls/1.json", "calls/2.csv", "calls/3.json"):
            info = zipfile.ZipInfo(file, (2025, 1, 2, 3, 4, 6))
            info.compress_type = method
            with archive.open(info, "w", force_zip64=zip64) as entry, open(file, "rb") as source:
                entry.write(source.read())
        archive.mkdir("calls/empty")

pack("python.zip", zipfile.ZIP_DEFLATED)
pack("python-streamed.zip", zipfile.ZIP_DEFLATED, seekable=False)
pack("python-stored-streamed.zip", zipfile.ZIP_STORED, seekable=False)
pack("python-zip64.zip", zipfile.ZIP_DEFLATED, zip64=True)
pack("python-zip64-streamed.zip", zipfile.ZIP_DEFLATED, seekable=False, zip64=True)
pack("python-lzma.zip", zipfile.ZIP_LZMA)
PYTHON
