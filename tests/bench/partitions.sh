# shellcheck shell=bash
# shellcheck disable=SC2154 # drained and started: see lib.sh
#
# partitions.sh - eight shows on sale on eight partitions, as many requests in all as onsale.sh has on
# one; and sixty-four partitions where next to nothing happens.

PARTITIONS_SECONDS=$(pick 4 20)

partitions_prepare() {
	need onsale
	new_pipeline eight eight 8
	preload eight --create --shows=8 --placement=even --show-prefix=sale --seats-per-show=$((ONSALE_SEATS / 8)) \
		--requests="$ONSALE_REQUESTS"
}

partitions_idle() {
	local before file=$OUT/latency.idle64.$REP.json
	new_pipeline "idle64.$REP" "idle64.$REP" 64
	start_worker "idle64.$REP"
	load "idle64.$REP" --create --shows=64 --placement=even --show-prefix=quiet --seats-per-show=100 \
		--requests=64 --rate=0 >/dev/null
	before=$(cpu_of "$started")
	load "idle64.$REP" --shows=64 --placement=even --show-prefix=quiet --seats-per-show=100 --rate=20 \
		--seconds="$PARTITIONS_SECONDS" --kafka.linger.ms=0 --json >"$file"
	record partitions.idle64.cores "$(calculate "($(cpu_of "$started") - $before) / $PARTITIONS_SECONDS")"
	record partitions.idle64.p50 "$(json_of "$file" latency_ms due_to_reply p50)"
	record partitions.idle64.rss_mb "$(calculate "$(memory_kb "$started" VmRSS) / 1024")"
	stop "$started"
	drop_pipeline "idle64.$REP"
}

partitions_run() {
	drain_fresh eight partitions.eight.rate "$B/holdfast-worker"
	partitions_idle
}
