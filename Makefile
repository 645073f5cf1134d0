# On a fresh machine with make, Node 20 and npm: `make run` and `make test`, nothing before.

BUN := node_modules/.bin/bun
BUN_VERSION := $(shell sed -n 's/.*"bun": "\([^"]*\)".*/\1/p' package.json)
INSTALLED := node_modules/.installed
BINARY := dist/signalbox
PLATFORMS := linux-x64 linux-arm64 linux-x64-musl linux-arm64-musl darwin-x64 darwin-arm64 windows-x64
# What `signalbox version --json` tells. SOURCE_DATE_EPOCH makes builds of the same commit the same.
COMMIT = $(shell git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null)
BUILT = $(shell date -u -d @$${SOURCE_DATE_EPOCH:-$$(date +%s)} +%Y-%m-%dT%H:%M:%SZ 2>/dev/null || date -u +%Y-%m-%dT%H:%M:%SZ)
BUILD = $(BUN) run build --define BUILD_COMMIT='"$(COMMIT)"' --define BUILD_TIME='"$(BUILT)"'
SOURCES := $(shell find src docs -type f) README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md package.json bun.lock

.DEFAULT_GOAL := help
.PHONY: help run build check test test-stock fuzz soak bench bench-peers bench-check release client clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

run: $(BINARY) ## build what is missing and start the server; ARGS="--port 9000" passes options on
	@$(BINARY) $(ARGS)

build: $(BINARY) ## write dist/signalbox, the server as one executable

check: $(INSTALLED) ## types, lint, format, direction of imports
	$(BUN) run types
	$(BUN) run lint

test: $(INSTALLED) $(BINARY) ## install what the tests need, where that is allowed, and run them all
	@test/support/install.sh
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	TMPDIR=$$folder $(BUN) test --parallel=3 --no-isolate --timeout 60000

test-stock: $(INSTALLED) $(BINARY) ## play the clients of others in browsers at the servers of others, too
	@test/support/install.sh
	STOCK=true $(BUN) test test/e2e/peerjs.test.ts test/e2e/rxdb.test.ts test/e2e/tracker.test.ts --timeout 60000

RUNS := 20000

fuzz: $(INSTALLED) $(BINARY) ## try the properties of test/fuzz; RUNS=1000000 as often each, SEED=1 the same again
	FUZZ_RUNS=$(RUNS) FUZZ_SEED=$(SEED) $(BUN) test test/fuzz --timeout 2147483647

SECONDS := 600
CLIENTS := 2000

soak: $(INSTALLED) $(BINARY) ## a crowd of all protocols for ten minutes, which leaves nothing behind; SECONDS=60 CLIENTS=500 SEED=1
	$(BUN) test/soak/run-soak.ts "$(SECONDS)" "$(CLIENTS)" "$(SEED)"

bench: $(BINARY) ## measure the server on this machine; ARGS="relay --seconds 10" passes options on
	$(BINARY) bench $(ARGS)

bench-peers: $(BINARY) ## measure beside other servers, and write docs/comparison.md; ARGS="--only relay,growth --rounds 5"
	@test/peers/install.sh
	$(BUN) test/peers/run.ts $(ARGS)

bench-check: $(BINARY) ## the same, and fail if we have become slower beside them than at the last release
	@test/peers/install.sh
	$(BUN) test/peers/run.ts --check $(ARGS)

release: $(INSTALLED) $(BINARY) ## write archives and packages for all platforms, with checksums, to dist/release
	rm -rf dist/built
	@for platform in $(PLATFORMS); do \
	  $(BUILD) --target=bun-$$platform --outfile=dist/built/$$platform/signalbox || exit 1; \
	done
	$(BUN) deploy/release/release.ts dist/built $(PLATFORMS)
	rm -rf dist/built

client: $(INSTALLED) ## write the client library as a package, ready to publish, to dist/client
	rm -rf dist/client && mkdir -p dist/client
	$(BUN) build --target=browser --minify src/client/client.ts --outfile dist/client/index.js
	{ cat src/client/api.ts; echo; echo 'export declare const join: Join;'; } > dist/client/index.d.ts
	cp src/client/package.json LICENSE dist/client
	cp docs/client.md dist/client/README.md

clean: ## remove everything that was built or installed
	rm -rf dist node_modules

$(BINARY): $(INSTALLED) $(SOURCES)
	$(BUILD)

# Any Bun installs the pinned one; without any, npm brings it.
$(INSTALLED): package.json bun.lock
	@if [ "$$(bun --version 2>/dev/null)" = "$(BUN_VERSION)" ] || ! command -v npx >/dev/null; \
	then bun install --frozen-lockfile; \
	else npx --yes bun@$(BUN_VERSION) install --frozen-lockfile; fi
	@touch $@
