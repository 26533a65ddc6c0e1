.PHONY: help demo test test-all fuzz fuzz-short soak cover bench peers lint oldest vulnerabilities check generate spec spec-diff release-check release

# Print what there is to do: this list.
help:
	@awk '/^# / && !text { text = substr($$0, 3) } /^$$/ { text = "" } \
		/^[a-z-]+:/ && text { sub(/:.*/, ""); printf "make %-16s %s\n", $$0, text; text = "" }' Makefile

# The pinned tools. They are run as programs so that nothing of them reaches go.mod.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
GORELEASER := github.com/goreleaser/goreleaser/v2@v2.15.1

# The oldest supported version of Go; the go command fetches it like a module.
OLDEST := go1.25.4

# The packages that start goroutines. Their tests run with the race detector, which needs a C compiler.
CONCURRENT := ./spark ./spark/cmd/sparklog ./spark/mirror ./spark/record ./spark/sparktest
RACE := $(shell command -v $$(go env CC) >/dev/null 2>&1 && echo -race)

# Run the commands of sparklog, with the emulator or a real tenant.
# make demo SERVICE=folder/service FROM=2026-03-02 TO=2026-03-04
demo:
	@go run ./spark/cmd/sparklog demo $(SERVICE) $(if $(FROM),--from $(FROM)) $(if $(TO),--to $(TO))

# Run the tests, with a fifth of the fault matrix.
test:
	go test -short ./...

# Run all tests at full width, and those of concurrent packages with the race detector too.
test-all:
	go test -timeout 20m ./...
	@[ -n "$(RACE)" ] || echo "make test-all: no C compiler found, so the race detector is off"
	$(if $(RACE),go test -short -timeout 20m $(RACE) $(CONCURRENT))

# Run all that CI runs.
check: lint test-all peers fuzz-short oldest

# Run each fuzzer for a minute, or for FUZZTIME.
# A duration fails at times with "context deadline exceeded" before Go 1.27 (golang/go#75804); a count such as 5000x doesn't.
FUZZTIME := 1m
fuzz:
	@grep -rno '^func Fuzz[A-Za-z0-9]*' --include='*_test.go' . | sort | sed 's/:.*func / /' | while read -r file fuzzer; do \
		echo "$$fuzzer"; \
		go test -run '^$$' -fuzz "^$$fuzzer\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1000x "$$(dirname "$$file")" || exit 1; \
	done

# Run each fuzzer for some thousand inputs, as CI does.
fuzz-short:
	@$(MAKE) --no-print-directory fuzz FUZZTIME=5000x

# Mix all operations in many goroutines under random faults, for a minute or for SOAK.
SOAK := 1m
soak:
	go test $(RACE) -run '^TestSoak$$' -v -timeout 0 ./spark -soak $(SOAK)

# Have a JavaScript client use the emulator, and DuckDB read the Parquet files.
# npm installs both in a directory outside the tree.
# $(call peer,FILES,PACKAGES,TEST)
define peer
@command -v node >/dev/null && command -v npm >/dev/null || { echo "make peers: node or npm is missing, so $(3) was not run"; exit 0; }; \
directory=$$(mktemp -d) && trap 'rm -rf "$$directory"' EXIT && cp $(1)/* "$$directory" && \
(cd "$$directory" && npm install --no-package-lock --ignore-scripts --no-audit --no-fund --silent) || { echo "make peers: the packages can't be installed here, so $(3) was not run"; exit 0; }; \
go test -count=1 -v -run '^$(3)$$' $(2) -peer "$$directory"
endef
peers:
	$(call peer,spark/cmd/sparklog/testdata/peer,./spark/cmd/sparklog,TestPeer)
	$(call peer,spark/parquet/testdata/duckdb,./spark/parquet ./spark/mirror ./spark/examples,TestDuckDB)

# List what the tests of spark/ and of what it is built on don't cover.
cover:
	@go test -coverprofile=cover.out -coverpkg=./spark,./spark/record,./spark/internal/jsonscan,./spark/internal/partfile ./spark ./spark/record ./spark/internal/jsonscan ./spark/internal/partfile
	@go tool cover -func=cover.out | awk '$$3 != "100.0%"'

# Measure time and memory against programs without the library.
# make bench ROUNDS=1 BENCH=Call/
ROUNDS := 6
BENCH := .
bench:
	@spark/bench.sh $(ROUNDS) '$(BENCH)'

# Regenerate openapi/spark.yaml and gen/ from the published documents.
generate:
	go generate .

# Import the vendor's pages and regenerate everything; see openapi/README.md.
# If anything is wrong, nothing is written.
# make spec PAGE="page.md more.yaml directory https://host/page.md"
# Without PAGE it fetches again the pages whose URLs are in openapi/pages.yaml.
spec:
	@go run ./openapi/cmd/openapi import $(PAGE)

# Report what changed between any two pages, OpenAPI files or directories.
spec-diff:
	@[ -n "$(OLD)" ] && [ -n "$(NEW)" ] || { echo "usage: make spec-diff OLD=path NEW=path (pages, OpenAPI files or directories of them)" >&2; exit 2; }
	@go run ./openapi/cmd/openapi diff $(OLD) $(NEW)

# Compile everything, the tests included, with the oldest supported version of Go.
oldest:
	GOTOOLCHAIN=$(OLDEST) go vet ./...

# Report known vulnerabilities of the dependencies; it needs https://vuln.go.dev.
vulnerabilities:
	go run $(GOVULNCHECK) ./...

# Check what can be checked without running the code.
lint:
	go mod tidy -diff
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "not formatted:" $$unformatted; exit 1; }
	go vet ./...
	go run $(STATICCHECK) -checks inherit,ST1000,ST1020,ST1021,ST1022 ./...
	go run $(ACTIONLINT) -shellcheck= -pyflakes= .github/workflows/*.yml
	@openapi/drift.sh

# Build what a release publishes, except for the container image, in dist/.
# It takes minutes. First, the tests must compile on the systems that aren't here.
release-check:
	GOOS=darwin go vet ./...
	GOOS=windows go vet ./...
	go run $(GORELEASER) check
	go run $(GORELEASER) release --snapshot --clean --skip=docker

# Publish the tag that is checked out; only .github/workflows/release.yml runs it.
release:
	go run $(GORELEASER) release --clean
