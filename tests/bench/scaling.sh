# shellcheck shell=bash
# shellcheck disable=SC2154 # IS_QUICK and others: see run and lib.sh
#
# scaling.sh - every request is granted, on eight partitions: with one database server, with two that
# have four partitions each, and with two workers besides.

SCALING_REQUESTS=$(pick 24000 120000) # 3 seats each, on average, of 24 shows
SECOND=$HOLDFAST_RUN_DIR/second

scaling_prepare() {
	HOLDFAST_RUN_DIR=$SECOND compose/local/up postgres >&2
	# shellcheck disable=SC1091
	second_url=$(. "$SECOND/env" && echo "$DATABASE_URL")
	new_pipeline scaling scaling 8
	preload scaling --create --shows=24 --placement=even --show-prefix=all --pick=next \
		--seats=$((SCALING_REQUESTS / 7)) --requests="$SCALING_REQUESTS"
}

# scaling_drain METRIC WORKERS - by that many workers, with the databases of `scaling_with`.
scaling_drain() {
	local metric=$1 name=$1.$REP count used kafka postgres i pids=()
	kafka=$(cpu_kafka) postgres=$(calculate "$(cpu_postgres) + $(cpu_postgres "$SECOND")")
	for ((i = 0; i < $2; i++)); do
		(
			TIMEFORMAT='%U %S'
			time with "$name" "${scaling_with[@]}" "$B/holdfast-worker" --until-caught-up \
				2>>"$LOGS/worker.log"
		) 2>"$TMP/time.$i" &
		pids+=("$!")
	done
	for i in "${pids[@]}"; do wait "$i" || die "the worker failed: see $LOGS/worker.log"; done
	drained=$("$B/tests/bench/replies" "$name.replies")
	count=$(value_of count <<<"$drained")
	used=$(awk '{ sum += $1 + $2 } END { print sum }' "$TMP"/time.[0-9])
	rm -f "$TMP"/time.[0-9]
	record "$metric" "$(value_of rate <<<"$drained")"
	record "$metric.cpu_worker_us" "$(calculate "$used * 1e6 / $count")"
	record "$metric.cpu_postgres_us" \
		"$(calculate "($(cpu_postgres) + $(cpu_postgres "$SECOND") - $postgres) * 1e6 / $count")"
	record "$metric.cpu_kafka_us" "$(calculate "($(cpu_kafka) - $kafka) * 1e6 / $count")"
}

# scaling_split METRIC WORKERS - with a database on each server.
scaling_split() {
	local name=$1.$REP
	local upper
	upper=${second_url%/*}/$(db_of "$name")
	requests_of[$name]=scaling.requests
	sql "$DATABASE_URL" -c "CREATE DATABASE $(db_of "$name")"
	sql "$second_url" -c "CREATE DATABASE $(db_of "$name")"
	scaling_with=(env -u DATABASE_URL "HOLDFAST_DATABASE_MAP=0-3=$(url_of "$name"),4-7=$upper")
	with "$name" "${scaling_with[@]}" "$B/holdfast-admin" init --partitions=8 2>>"$LOGS/admin.log"
	scaling_drain "$@"
	drop_database "$name"
	sql "$second_url" -c "DROP DATABASE $(db_of "$name")" 2>>"$LOGS/psql.log" || true
}

scaling_run() {
	new_pipeline "scaling.one.rate.$REP" scaling 8
	scaling_with=()
	scaling_drain scaling.one.rate 1
	drop_pipeline "scaling.one.rate.$REP"
	scaling_split scaling.two.rate 1
	scaling_split scaling.pair.rate 2
}
