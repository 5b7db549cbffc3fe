# shellcheck shell=bash
# shellcheck disable=SC2154 # drained and started: see lib.sh
#
# latency.sh - how long customers wait, from when their request was due to their reply's arrival:
# one request at a time; at half of the rate at which the worker drains a backlog; and at three times
# that rate for a moment, to see it come back by itself. An on-sale each time.

LATENCY_SECONDS=$(pick 3 20)
LATENCY_FLOOD_SECONDS=$(pick 1 3)

latency_prepare() { need onsale; }

# latency_one KIND RATE SECONDS ARGUMENT... - leaves $OUT/latency.KIND.REP.json
latency_one() {
	local kind=$1 rate=$2 seconds=$3 file=$OUT/latency.$1.$REP.json part
	shift 3
	load "latency.$REP" --show-prefix="$kind-$REP" --create --seats-per-show="$ONSALE_SEATS" --rate="$rate" \
		--seconds="$seconds" --timeout-ms=600000 --json "$@" >"$file" || die "the load failed"
	for part in p50 p99 p99_9 max; do
		record "latency.$kind.$part" "$(json_of "$file" latency_ms due_to_reply $part)"
	done
}

latency_run() {
	local rate file
	rate=$(onsale_rate)
	new_pipeline "latency.$REP"
	start_worker "latency.$REP"
	# Nobody shares a trip with a lone request; in a crowd the client waits for others, 5 ms at most.
	latency_one idle 25 "$LATENCY_SECONDS" --kafka.linger.ms=0
	latency_one half "$(calculate "int($rate / 2)" | cut -d. -f1)" "$LATENCY_SECONDS"
	record latency.half.behind_ms "$(json_of "$OUT/latency.half.$REP.json" behind_ms)"
	latency_one triple "$(calculate "int($rate * 3)" | cut -d. -f1)" "$LATENCY_FLOOD_SECONDS"
	file=$OUT/latency.triple.$REP.json
	record latency.triple.sent_rate "$(json_of "$file" rate_sent)"
	record latency.triple.unanswered "$(json_of "$file" unanswered)"
	record latency.triple.recovery_s \
		"$(calculate "$(json_of "$file" answering_s) - $(json_of "$file" sending_s)")"
	stop "$started"
	drop_pipeline "latency.$REP"
}
