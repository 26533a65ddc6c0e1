.PHONY: demo test fuzz fuzz-short soak cover bench peers lint oldest check generate spec spec-diff

# The pinned linter. It is run as a program so that nothing of it reaches go.mod.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0

# The pinned linter of the workflows.
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

# The oldest supported version of Go; the go command fetches it like a module.
OLDEST := go1.25.4

# The race detector needs a C compiler.
RACE := $(shell command -v $$(go env CC) >/dev/null 2>&1 && echo -race)

# Run the commands of sparklog, with the emulator or a real tenant:
# make demo SERVICE=folder/service FROM=2026-03-02 TO=2026-03-04
demo:
	@go run ./spark/cmd/sparklog demo $(SERVICE) $(if $(FROM),--from $(FROM)) $(if $(TO),--to $(TO))

# All tests.
test:
	@[ -n "$(RACE)" ] || echo "make test: no C compiler found, so the race detector is off"
	go test -timeout 20m $(RACE) ./...
	$(if $(RACE),go test -run TestFaultMatrix ./spark)

# Each fuzzer for so long.
FUZZTIME := 1m
fuzz:
	@grep -rno '^func Fuzz[A-Za-z0-9]*' --include='*_test.go' . | sort | sed 's/:.*func / /' | while read -r file fuzzer; do \
		echo "$$fuzzer"; \
		go test -run '^$$' -fuzz "^$$fuzzer\$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")" || exit 1; \
	done

# A few seconds of each, as in CI; go test runs the seeds anyway.
fuzz-short:
	@$(MAKE) --no-print-directory fuzz FUZZTIME=3s

# All operations mixed in many goroutines under random faults, for so long.
SOAK := 1m
soak:
	go test $(RACE) -run '^TestSoak$$' -v -timeout 0 ./spark -soak $(SOAK)

# Independent programs use the emulator and read the Parquet files: a client in
# JavaScript, and DuckDB. npm installs them in a directory outside the tree.
# $(call peer,FILES,PACKAGES,TEST)
define peer
@command -v node >/dev/null && command -v npm >/dev/null || { echo "make peers: node or npm is missing, so $(3) was not run"; exit 0; }; \
directory=$$(mktemp -d) && trap 'rm -rf "$$directory"' EXIT && cp $(1)/* "$$directory" && \
(cd "$$directory" && npm install --no-package-lock --ignore-scripts --no-audit --no-fund --silent) || { echo "make peers: the packages can't be installed here, so $(3) was not run"; exit 0; }; \
go test -count=1 -v -run '^$(3)$$' $(2) -peer "$$directory"
endef
peers:
	$(call peer,spark/cmd/sparklog/testdata/peer,./spark/cmd/sparklog,TestPeer)
	$(call peer,spark/parquet/testdata/duckdb,./spark/parquet ./spark/mirror,TestDuckDB)

# How much of spark/ and of what it is built on its tests run through.
cover:
	@go test -coverprofile=cover.out -coverpkg=./spark,./spark/record,./spark/internal/jsonscan,./spark/internal/partfile ./spark ./spark/record ./spark/internal/jsonscan ./spark/internal/partfile
	@go tool cover -func=cover.out | awk '$$3 != "100.0%"'

# How fast and how large, against programs without the library, in so many rounds:
# make bench ROUNDS=1 BENCH=Call/
ROUNDS := 6
BENCH := .
bench:
	@spark/bench.sh $(ROUNDS) '$(BENCH)'

# Published documents -> openapi/spark.yaml -> gen/.
generate:
	go generate .

# Import pages and regenerate everything. If anything is wrong, nothing is written.
# make spec PAGE="page.md more.yaml directory https://host/page.md"
# Without PAGE it fetches again the pages whose URLs are in openapi/pages.yaml.
spec:
	@go run ./openapi/cmd/openapi import $(PAGE)

# Report what changed between any two pages, OpenAPI files or directories.
spec-diff:
	@[ -n "$(OLD)" ] && [ -n "$(NEW)" ] || { echo "usage: make spec-diff OLD=path NEW=path (pages, OpenAPI files or directories of them)" >&2; exit 2; }
	@go run ./openapi/cmd/openapi diff $(OLD) $(NEW)

# The oldest supported version of Go compiles everything, the tests included.
oldest:
	GOTOOLCHAIN=$(OLDEST) go vet ./...

# All that CI runs.
check: lint test peers fuzz-short oldest

# What can be told without running the code, and that the generated files are current.
lint:
	go mod tidy -diff
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "not formatted:" $$unformatted; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	go run $(ACTIONLINT) -shellcheck= -pyflakes= .github/workflows/*.yml
	@openapi/drift.sh
