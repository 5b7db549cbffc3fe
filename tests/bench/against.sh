# shellcheck shell=bash
# shellcheck disable=SC2154 # cpu_worker_us and the like: see lib.sh
#
# against.sh - the same requests decided by this build and by another one, --against=BUILD: a folder
# with the programs of another commit. Pairs, each time in the other order. Where no other build is
# given there is nothing to compare, and nothing is measured.

# Shows are made, then a batch asks for one that there is none of, then it goes on sale: builds end a
# batch that makes shows at different records, and a seat that is added and taken in the same batch is
# written once instead of twice.

# against_fill WORKLOAD ARGUMENT... - as it is for this build alone, with that batch in between.
against_fill() {
	local name=against-$1
	shift
	new_pipeline "$name"
	preload "$name" "$@" --create --requests=1
	preload "$name" --show-prefix=none --requests=2000
	preload "$name" "$@"
}

against_prepare() {
	[[ -n $AGAINST ]] || return 0
	against_fill onsale --show-prefix=sale --seats-per-show="$ONSALE_SEATS" --requests="$ONSALE_REQUESTS"
	against_fill accepted --show-prefix=full --seats-per-show="$ACCEPTED_SHOW_SEATS" --shows="$ACCEPTED_SHOWS" \
		--pick=next --requests="$ACCEPTED_REQUESTS"
}

# against_drain WORKLOAD METRIC BUILD - schema and topics by that build, too.
against_drain() {
	local name=$2.$REP
	B=$3 new_pipeline "$name" "against-$1"
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
