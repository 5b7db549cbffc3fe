# shellcheck shell=bash
#
# limit.sh - the SQL of the worker's batches alone, without Kafka, JSON and planning: what one session
# of the database can do at most. See sql_alone.c.

limit_prepare() { need onsale accepted; }

limit_one() {
	local workload=$1 batch=$2 said
	new_database "limit.first"
	new_database "limit.second"
	new_database "limit.third"
	said=$("$B/tests/bench/sql_alone" "$(url_of limit.first)" "$(url_of limit.second)" \
		"$workload.requests" "$batch" "$(url_of limit.third)") || die "sql_alone failed"
	printf '%s requests, %s a batch\n%s\n' "$workload" "$batch" "$said" >>"$OUT/statements.txt"
	record "limit.$workload.$batch.rate" "$(value_of rate <<<"$said")"
	for part in decode plan sql; do
		record "limit.$workload.$batch.${part}_us" "$(value_of $part <<<"$said")"
	done
	drop_database limit.first
	drop_database limit.second
	drop_database limit.third
}

limit_run() {
	local workload
	for workload in onsale accepted; do
		limit_one $workload 2000
		$IS_QUICK || limit_one $workload 500
	done
}
