# shellcheck shell=bash
# shellcheck disable=SC2154 # IS_QUICK and others: see run and lib.sh
#
# scaling.sh - every request is granted, on eight partitions: with one database server, with two that
# have four partitions each, and with two workers besides. Then one and two again, where each server
# may use CAP of a core and no more, so that it is the servers that set the pace: as root, with
# cgroups of version 1; elsewhere that is left out.

SCALING_REQUESTS=$(pick 24000 120000) # 3 seats each, on average, of 24 shows
SECOND=$HOLDFAST_RUN_DIR/second
CAP=0.3
CPU_GROUP=/sys/fs/cgroup/cpu

scaling_prepare() {
	HOLDFAST_RUN_DIR=$SECOND compose/local/up postgres >&2
	# shellcheck disable=SC1091
	second_url=$(. "$SECOND/env" && echo "$DATABASE_URL")
	new_pipeline scaling scaling 8
	preload scaling --create --shows=24 --placement=even --show-prefix=all --pick=next \
		--seats-per-show=$((SCALING_REQUESTS / 7)) --requests="$SCALING_REQUESTS"
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
	# shellcheck disable=SC2034 # lib.sh reads it
	requests_of["$name"]=scaling.requests
	sql "$DATABASE_URL" -c "CREATE DATABASE $(db_of "$name")"
	sql "$second_url" -c "CREATE DATABASE $(db_of "$name")"
	scaling_with=(env -u DATABASE_URL "HOLDFAST_DATABASE_MAP=0-3=$(url_of "$name"),4-7=$upper")
	with "$name" "${scaling_with[@]}" "$B/holdfast-admin" init --partitions=8 2>>"$LOGS/admin.log"
	scaling_drain "$@"
	drop_database "$name"
	sql "$second_url" -c "DROP DATABASE $(db_of "$name")" 2>>"$LOGS/psql.log" || true
}

# scaling_cap RUN_FOLDER - put its server's processes, and those that it will start, in a group that
# may use CAP of a core; fails where there are no such groups.
scaling_cap() {
	local group pid server
	group=$CPU_GROUP/holdfast-bench.$$.$(basename "$1") server=$(cat "$1/postgres/pid")
	mkdir "$group" 2>/dev/null && [[ -w $group/cpu.cfs_quota_us ]] || return 1
	calculate "$CAP * $(cat "$group/cpu.cfs_period_us")" | cut -d. -f1 >"$group/cpu.cfs_quota_us"
	for pid in "$server" $(ps -o pid= --ppid "$server"); do
		echo "$pid" >"$group/cgroup.procs" 2>/dev/null || true # one that is over by now
	done
}
scaling_uncap() {
	local group pid
	for group in "$CPU_GROUP/holdfast-bench.$$."*; do
		[[ -d $group ]] || continue
		echo -1 2>/dev/null >"$group/cpu.cfs_quota_us" || true
		while [[ -e $group/cgroup.procs ]] && ! rmdir "$group" 2>/dev/null; do
			while read -r pid; do echo "$pid" >"$CPU_GROUP/cgroup.procs" 2>/dev/null || true; done \
				<"$group/cgroup.procs"
		done
	done
}

scaling_one() { # METRIC
	new_pipeline "$1.$REP" scaling 8
	scaling_with=()
	scaling_drain "$1" 1
	drop_pipeline "$1.$REP"
}

scaling_run() {
	scaling_one scaling.one.rate
	scaling_split scaling.two.rate 1
	scaling_split scaling.pair.rate 2
	if scaling_cap "$HOLDFAST_RUN_DIR" && scaling_cap "$SECOND"; then
		scaling_one scaling.capped.one.rate
		scaling_split scaling.capped.two.rate 1
	else
		note "  no processor groups: the servers are not capped"
	fi
	scaling_uncap
}
