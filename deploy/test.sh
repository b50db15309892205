#!/usr/bin/env bash
# Runs every check and every test of this repository on a Debian machine, and installs what is missing for them:
# PostgreSQL, PgBouncer, clamd, HAProxy, a C compiler (for the race detector), curl and jq (for the README's tour), Chromium and Node
# (for the pages) by apt, MinIO by `go install`, the browser tests' two modules by `npm ci`. It runs as root, or as another
# user who may use sudo, or on a machine that has everything. The last line is "N passed, N failed[, N skipped]"; the
# exit code is not zero if anything failed. It can be run again at any time.
#
#   bash deploy/test.sh [PACKAGE…]      ./... if none is named
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# A pseudo version: MinIO's releases are not tagged as Go modules. A process of its own, never linked (AGPL).
minio_version=v0.0.0-20260212201848-7aac2a2c5b7c
package_timeout=20m # the browser tests look at every page in each window and language
work=$(mktemp -d "${TMPDIR:-/tmp}/onestop-test.XXXXXX")
checks_passed=0
checks_failed=0
checks_skipped=0

say() { printf '%s\n' "$*"; }

# give_up ends the run before any test: something it cannot do without is missing.
give_up() {
	say "deploy/test.sh: $*"
	say "0 passed, 1 failed"
	exit 1
}

# --- what the machine needs -------------------------------------------------------------------------------------

# A tool is found where Debian puts it, even if it is not on the PATH of this user.
find_tool() {
	local found
	found=$(PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "$1") && printf '%s\n' "$found"
}

postgres_bin() {
	local dir
	for dir in "$(dirname "$(find_tool initdb || echo /none/initdb)")" $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
		if [ -x "$dir/initdb" ] && [ -x "$dir/pg_ctl" ]; then
			printf '%s\n' "$dir"
			return 0
		fi
	done
	return 1
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

missing_packages() {
	postgres_bin >/dev/null || say postgresql
	find_tool clamd >/dev/null || say clamav-daemon
	find_tool gcc >/dev/null || say gcc libc6-dev
	find_tool haproxy >/dev/null || say haproxy
	find_tool pgbouncer >/dev/null || say pgbouncer
	find_tool pgbackrest >/dev/null || say pgbackrest
	find_tool promtool >/dev/null || say prometheus
	find_tool git >/dev/null || say git
	# The README's tour is run as it stands.
	find_tool curl >/dev/null || say curl
	find_tool jq >/dev/null || say jq
	# The browser tests of the pages drive Debian's Chromium from Node.
	if [ -f app/web/e2e/package.json ]; then
		find_tool chromium-headless-shell >/dev/null || say chromium-headless-shell fonts-noto-cjk
		find_tool npm >/dev/null || say nodejs npm
	fi
}

install_packages() {
	local packages
	packages=$(missing_packages | tr '\n' ' ')
	[ -n "$packages" ] || return 0
	say "missing: $packages"
	find_tool apt-get >/dev/null || give_up "this is no Debian machine; install by hand what gives: $packages"
	as_root true 2>/dev/null || give_up "installing needs root or sudo; as root, run: apt-get install $packages"
	# RUNLEVEL=1: the services of these packages are not started; the tests run their own.
	as_root dpkg --configure -a >"$work/apt.log" 2>&1
	{ as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update &&
		# shellcheck disable=SC2086 # one word a package
		as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq install -y --no-install-recommends $packages; } \
		>>"$work/apt.log" 2>&1 </dev/null || { tail -n 30 "$work/apt.log"; give_up "apt-get could not install: $packages"; }
	packages=$(missing_packages | tr '\n' ' ')
	[ -z "$packages" ] || give_up "still missing after apt-get: $packages"
}

# minio_at says whether a binary is the wanted version.
minio_at() { [ -x "$1" ] && go version -m "$1" 2>/dev/null | grep -q "github.com/minio/minio[[:space:]]$minio_version"; }

install_minio() {
	local bin
	bin=$(go env GOBIN)
	bin=${bin:-$(go env GOPATH | cut -d: -f1)/bin}/minio
	if minio_at "${ONESTOP_MINIO:-}"; then return 0; fi
	if ! minio_at "$bin"; then
		say "building MinIO (a few minutes, once)"
		(cd "$work" && GOFLAGS='' CGO_ENABLED=0 go install "github.com/minio/minio@$minio_version") >"$work/minio.log" 2>&1 </dev/null ||
			{ tail -n 20 "$work/minio.log"; give_up "MinIO could not be built"; }
	fi
	minio_at "$bin" || give_up "$bin is not MinIO $minio_version"
	export ONESTOP_MINIO=$bin
}

# --- one PostgreSQL for the whole run ---------------------------------------------------------------------------

pg_bin=
pg_data=
pg_user=$(id -un)

as_postgres() {
	if [ "$(id -un)" = "$pg_user" ]; then "$@"; else runuser -u "$pg_user" -- "$@"; fi
}

# A port below 32768: above it, a client's own connection can hold the port.
free_port() {
	local port
	for _ in $(seq 50); do
		port=$((20000 + RANDOM % 12000))
		if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
			say "$port"
			return 0
		fi
	done
	return 1
}

start_postgres() {
	local password port
	pg_bin=$(postgres_bin) || return 1
	# PostgreSQL refuses root; the package made this user.
	if [ "$(id -u)" -eq 0 ]; then pg_user=postgres; fi
	mkdir "$work/pg" && chmod 711 "$work" && chmod 700 "$work/pg" || return 1
	password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
	printf '%s\n' "$password" >"$work/pg/password"
	if [ "$(id -u)" -eq 0 ]; then chown -R "$pg_user" "$work/pg" || return 1; fi
	pg_data=$work/pg/data
	(cd / && as_postgres "$pg_bin/initdb" -D "$pg_data" -A scram-sha-256 -U postgres --pwfile "$work/pg/password" -E UTF8 --locale=C) \
		>"$work/initdb.log" 2>&1 || { cat "$work/initdb.log"; return 1; }
	# No test cuts the power, so nothing is flushed; what kills PostgreSQL itself (faulttest) starts one of its own.
	for _ in 1 2 3 4 5; do # another program may take the port before the server does
		port=$(free_port) || return 1
		if (cd / && as_postgres "$pg_bin/pg_ctl" start -w -t 60 -D "$pg_data" -l "$work/pg/log" \
			-o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 -c fsync=off -c full_page_writes=off") >"$work/pg_ctl.log" 2>&1 </dev/null; then
			export ONESTOP_TEST_DSN="postgres://postgres:$password@127.0.0.1:$port/postgres?sslmode=disable"
			return 0
		fi
	done
	cat "$work/pg_ctl.log" "$work/pg/log"
	return 1
}

clean_up() {
	if [ -n "$pg_data" ] && [ -f "$pg_data/postmaster.pid" ]; then
		(cd / && as_postgres "$pg_bin/pg_ctl" stop -m immediate -w -t 30 -D "$pg_data") >/dev/null 2>&1
	fi
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- checks and tests -------------------------------------------------------------------------------------------

# room says before anything else fails that the disk is nearly full: each test binary is some 100 MB while it runs.
room() {
	local folder free
	for folder in "$(go env GOCACHE)" "${TMPDIR:-/tmp}"; do
		mkdir -p "$folder"
		free=$(df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1048576) }')
		[ "$free" -ge 8 ] || say "warning: only $free GB are free for $folder; a first run needs about 8"
	done
}

# check runs one check and shows its output if it failed. One that says why it could not be made ("note: not …") is skipped and has not passed.
check() {
	local name=$1 from=$SECONDS
	shift
	if "$@" >"$work/check.log" 2>&1 </dev/null; then
		if grep '^note: not ' "$work/check.log"; then
			checks_skipped=$((checks_skipped + 1))
			say "skip  $((SECONDS - from))s  $name"
		else
			checks_passed=$((checks_passed + 1))
			say "pass  $((SECONDS - from))s  $name"
		fi
	else
		checks_failed=$((checks_failed + 1))
		say "fail  $((SECONDS - from))s  $name"
		grep -v "^go: downloading" "$work/check.log" | head -n 100
	fi
}

formatted() {
	local files
	files=$(git ls-files -z --cached --others --exclude-standard -- '*.go' | xargs -0 -r gofmt -l 2>&1) || { say "$files"; return 1; }
	[ -z "$files" ] || { say "run gofmt -w on:" "$files"; return 1; }
}

main() {
	local packages=("$@")
	[ ${#packages[@]} -gt 0 ] || packages=(./...)
	find_tool go >/dev/null || give_up "Go is missing; install the version that go.mod names"
	install_packages
	install_minio
	start_postgres || give_up "PostgreSQL could not be started"
	part "what the machine needs"
	# Nothing here asks git for the version, which a clone that belongs to another user would refuse. Without the folder's path in them,
	# packages are compiled once for every folder that the same source lies in: another clone, the copy in which the examples are tried.
	export GOFLAGS="${GOFLAGS:+$GOFLAGS }-buildvcs=false -trimpath"
	room

	check "gofmt" formatted
	check "go mod verify" go mod verify
	check "go mod tidy changes nothing" go mod tidy -diff
	check "go mod verify of the linter" env -C deploy/lint go mod verify
	check "go mod verify of what looks at dependencies" env -C deploy/supply go mod verify
	# What follows looks at the whole of a program, whichever packages were named.
	if [ "${packages[*]}" = ./... ]; then
		check "licences of what is linked, SBOM" bash deploy/sbom.sh "$work/sbom"
		check "known vulnerabilities" bash deploy/vulnerabilities.sh
	fi
	# Vet and staticcheck are among its linters.
	check "golangci-lint" bash deploy/lint.sh "${packages[@]}"

	# Each browser test is then a Go test of app/web/e2e.
	if [ -f app/web/e2e/package.json ]; then
		check "npm ci for the browser tests" npm --prefix app/web/e2e ci --ignore-scripts --no-audit --no-fund
	fi

	part "checks"
	# The browser tests come last and alone: a browser takes all of a small machine, and what is killed and restarted elsewhere has to answer in time.
	go build -o "$work/testcount" ./deploy/testcount || give_up "deploy/testcount does not compile"
	local all raced plain browsers beside unwatched
	all=$(go list "${packages[@]}") || give_up "the packages cannot be listed"
	browsers=$(grep '/app/web/e2e$' <<<"$all")
	plain=$(without_race <<<"$all" | longest_first '/cmd/onestop/faulttest$')
	raced=$(grep -vxFf <(without_race <<<"$all"; printf '%s\n' "$browsers" | grep .) <<<"$all" | longest_first '/(app/api|app/publish|app/document|app/web|app/web/parent|storage/postgres)$')
	# shellcheck disable=SC2086 # one word a package
	[ -z "$raced" ] || check "what the race detector leaves out" brings_no_copies $raced
	{
		# Both at once: the fault tests wait for what they killed more than they work.
		run_tests -p 1 "$plain" >"$work/plain.json" 2>&1 &
		beside=$!
		mapfile -t unwatched < <(without_shared_state)
		GOGC=200 run_tests -race "${unwatched[@]}" -p 2 "$raced"
		wait "$beside" # and not $!, which is the list's by now
		cat "$work/plain.json"
		part "tests of the packages"
		[ -z "$browsers" ] || { run_tests -p 1 "$browsers"; part "tests in a browser"; }
	} 2>&1 </dev/null | "$work/testcount" -passed "$checks_passed" -failed "$checks_failed" -skipped "$checks_skipped"
}

# without_race picks what is tested without the race detector, which finds nothing there and takes up to twenty times the time: rules, texts
# and the tests of the house, which start nothing beside themselves (TestWhatIsNotRacedStartsNothing), and tests that drive programs of their own.
without_race() { grep -E '/onestop/(app|app/(fault|task|wording|present|present/say|statement|rule/.*)|models|configs|cmd/demo|cmd/onestop/faulttest|deploy/.*)$'; }

# without_shared_state gives the flags by which the race detector leaves out what only reads, writes or reckons, and shares nothing between goroutines that is
# not its caller's: parsers, codecs, ciphers, the compiler of WebAssembly. They take most of a run's time, and five times of it when each access is
# watched. Our own packages and what synchronises (net/http, database/sql, pgx, GORM, River, Gin, minio-go, context, io, sync) stay watched.
without_shared_state() {
	local packages
	read -r -d '' -a packages <<-'END'
		compress/... crypto/internal/fips140/... encoding/asn1 encoding/base64 encoding/csv encoding/hex encoding/pem hash/... html/... image/... math/... regexp/...
		slices sort strconv text/... unicode/... golang.org/x/crypto/... golang.org/x/image/... golang.org/x/net/html/... golang.org/x/text/...
		cel.dev/cel-go/checker/... cel.dev/cel-go/interpreter/... cel.dev/cel-go/parser/... github.com/antlr4-go/... github.com/getkin/... github.com/go-jose/...
		github.com/goccy/... github.com/klauspost/... github.com/pdfcpu/... github.com/santhosh-tekuri/... go.yaml.in/...
		github.com/tetratelabs/wazero/internal/engine/wazevo/backend/... github.com/tetratelabs/wazero/internal/engine/wazevo/frontend/...
		github.com/tetratelabs/wazero/internal/engine/wazevo/ssa/... github.com/tetratelabs/wazero/internal/leb128 github.com/tetratelabs/wazero/internal/wasm/binary
	END
	printf -- '-gcflags=%s=-race=false\n' "${packages[@]}"
}

# brings_no_copies wants that none of them brings a copy of what sync.Map is made of: the linker may take that one for all, and the detector would then not see
# what a map that goroutines share orders, and name races that are none.
brings_no_copies() {
	local package archive flags brings=0 looked=0
	mapfile -t flags < <(without_shared_state)
	while read -r package archive; do
		looked=$((looked + 1))
		! go tool nm "$archive" 2>/dev/null | grep -q 'sync\.(\*HashTrieMap' || { say "$package"; brings=1; }
	done < <(go list -race "${flags[@]}" -deps -export -f '{{.ImportPath}} {{.Export}}' "$@" |
		grep -E "^($(printf '%s\n' "${flags[@]}" | sed 's/-gcflags=//; s/=-race=false//; s#/\.\.\.#(/[^ ]*)?#' | paste -sd '|')) ")
	[ "$looked" -gt 0 ] || { say "none of them was looked at"; return 1; }
	return "$brings"
}

# longest_first puts what matches at the head, so that it does not run on alone in the end.
longest_first() {
	local packages
	packages=$(cat)
	grep -E "$1" <<<"$packages"
	grep -vE "$1" <<<"$packages"
}

# part says how long a part of the run took, so that whoever makes one longer sees it.
part_began=0
part() {
	say "part  $((SECONDS - part_began))s  $1"
	part_began=$SECONDS
}

# run_tests runs the packages of its last argument, one a line. Without debug tables (-w) a test binary is linked in half the time; a stack trace
# has its lines all the same.
run_tests() {
	[ -n "${*: -1}" ] || return 0
	# shellcheck disable=SC2086 # one word a package
	go test "${@:1:$#-1}" -vet=off -ldflags=-w -count=1 -timeout "$package_timeout" -json ${*: -1}
}

main "$@"
