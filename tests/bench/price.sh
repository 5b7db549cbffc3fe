# shellcheck shell=bash
#
# price.sh - what the guarantee costs: the same worker without guard and verification (unguarded.c), with
# the statements of tests/bench/unguarded_queries/. Right before or behind the whole one; the quick run
# takes the whole one's figure from onsale.sh and accepted.sh.

price_prepare() {
	need onsale accepted
}

price_run() {
	local workload
	for workload in onsale accepted; do
		if $IS_QUICK && [[ -n $(last "$workload.rate") ]]; then
			record "price.$workload.with.rate" "$(last "$workload.rate")"
			drain_fresh $workload "price.$workload.without.rate" "$B/tests/bench/unguarded"
		elif ((REP % 2)); then
			drain_fresh $workload "price.$workload.with.rate" "$B/holdfast-worker"
			drain_fresh $workload "price.$workload.without.rate" "$B/tests/bench/unguarded"
		else
			drain_fresh $workload "price.$workload.without.rate" "$B/tests/bench/unguarded"
			drain_fresh $workload "price.$workload.with.rate" "$B/holdfast-worker"
		fi
	done
}
