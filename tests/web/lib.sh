# shellcheck shell=bash
#
# lib.sh - a pipeline with a gateway for the tests of tests/web. Sourced with `set -eu`, in the
# project's folder; compose/local/common.sh is there.

bin=${HOLDFAST_BUILD:-build}
# shellcheck source=tests/leaks.sh
. tests/leaks.sh
# shellcheck disable=SC2034  # of run
tools=$(cache_dir)/web
pids=()

# start LOG PROGRAM ARGUMENT... - in the background; ended by finish.
start() {
	local log=$HOLDFAST_RUN_DIR/$1
	shift
	"$@" >"$log" 2>&1 </dev/null &
	pids+=($!)
}
# await SECONDS COMMAND... - until it succeeds.
await() {
	local until=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$until" ] || die "waited in vain for: $*"
		sleep 0.05
	done
}
# What the programs, the servers and the parts have said; before the servers' logs are gone.
says_no_secret() {
	local secrets file found=''
	secrets=$(canaries "$HOLDFAST_RUN_DIR/env")
	while read -r file; do
		found=yes
		told "$secrets" "$file"
	done < <(leaks "$secrets" "$HOLDFAST_RUN_DIR"/*.log "$HOLDFAST_RUN_DIR/kafka/log" "$HOLDFAST_RUN_DIR/postgres/log")
	[ -z "$found" ]
}
finish_pipeline() {
	local pid
	for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
	for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
	compose/local/down --purge >/dev/null 2>&1 || true
}

key_line() { printf '%s %s %s *\n' "$1" "$2" "$(printf %s "$3" | sha256sum | cut -d ' ' -f 1)"; }

# A worker and a show of 60 seats and one area behind a gateway at $gateway; keys of each role.
start_pipeline() {
	compose/local/down --purge >/dev/null 2>&1 || true
	compose/local/up >"$HOLDFAST_RUN_DIR-up.log" 2>&1 || { cat "$HOLDFAST_RUN_DIR-up.log"; exit 1; }
	# shellcheck disable=SC1091
	. "$HOLDFAST_RUN_DIR/env"
	export HOLDFAST_LOG_LEVEL=debug # where a secret would stand first of all
	"$bin/holdfast-admin" init >"$HOLDFAST_RUN_DIR/init.log" 2>&1
	start worker.log "$bin/holdfast-worker"
	{ key_line shop checkout canary-shop-key; key_line house owner canary-house-key; } >"$HOLDFAST_RUN_DIR/keys"
	chmod 600 "$HOLDFAST_RUN_DIR/keys"
	show=web-$$
	seq -f 'A%g' 60 | "$bin/holdfast-admin" show create "$show" --seats=- >"$HOLDFAST_RUN_DIR/show.log" 2>&1
	start gateway.log "$bin/holdfast-gateway" --listen=127.0.0.1:0 --metrics-listen=127.0.0.1:0 \
		--keys="$HOLDFAST_RUN_DIR/keys" --session-mutations=0
	await 30 grep -q 'msg=serving' "$HOLDFAST_RUN_DIR/gateway.log"
	gateway=http://$(sed -n 's/.*msg=serving listen=\([^ ]*\).*/\1/p' "$HOLDFAST_RUN_DIR/gateway.log")
	export show gateway
}
