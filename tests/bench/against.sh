# shellcheck shell=bash
# shellcheck disable=SC2154 # cpu_worker_us and the like: see lib.sh
#
# against.sh - the same requests decided by this build and by another one, --against=BUILD: a folder
# with the programs of another commit. Pairs, each time in the other order. Where no other build is
# given there is nothing to compare, and nothing is measured.

against_prepare() {
	[[ -n $AGAINST ]] || return 0
	need onsale accepted
}

# against_drain WORKLOAD METRIC BUILD - schema and topics by that build, too.
against_drain() {
	local name=$2.$REP
	B=$3 new_pipeline "$name" "$1"
	drain "$name" "$3/holdfast-worker"
	record "$2.rate" "$(value_of rate <<<"$drained")"
	record "$2.cpu_us" "$(calculate "$cpu_worker_us + $cpu_postgres_us")"
	record "$2.cpu_worker_us" "$cpu_worker_us"
	record "$2.cpu_postgres_us" "$cpu_postgres_us"
	drop_pipeline "$name"
}

against_run() {
	local workload
	[[ -n $AGAINST ]] || return 0
	for workload in onsale accepted; do
		if ((REP % 2)); then
			against_drain $workload "against.$workload.other" "$AGAINST"
			against_drain $workload "against.$workload.this" "$B"
		else
			against_drain $workload "against.$workload.this" "$B"
			against_drain $workload "against.$workload.other" "$AGAINST"
		fi
	done
}
