# shellcheck shell=bash
#
# lib.sh - what the scenarios of make bench share: databases, pipelines, drains, results.
#
# A pipeline is a database, reply topics and a group of its own; several may decide the same topic of
# requests, each from its beginning, so that all that is compared decides the very same records.
# Expects of its caller: B (programs), OUT (results), TMP, LOGS, REP (repetition), IS_QUICK.

RAW=$OUT/raw.tsv
WAIT_S=180
declare -A requests_of=() partitions_of=()
drained='' # what replies.c says of the last drain
started='' # process id of what `start` started last

note() { printf 'bench: %s\n' "$*" >&2; }
die() {
	note "$*"
	exit 1
}

# record METRIC VALUE - one line of raw.tsv.
record() {
	printf '%s\t%s\t%s\n' "$REP" "$1" "$2" >>"$RAW"
	note "  $1 = $2"
}

# last METRIC - its value in this repetition, or the last one before; nothing where there is none.
last() { awk -F '\t' -v m="$1" '$2 == m { v = $3 } END { if (v != "") print v }' "$RAW"; }

calculate() { awk "BEGIN { printf \"%.4f\", $1 }"; }

# value_of KEY - of "key value" lines on standard input.
value_of() { awk -v k="$1" '$1 == k { print $2; exit }'; }

# json_of FILE KEY... - a number in a JSON file.
json_of() {
	python3 -c 'import json, sys
v = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    v = v[key]
print(v)' "$@"
}

now_ms() { date +%s%3N; }

# wait_until COMMAND... - until it succeeds.
wait_until() {
	local deadline=$((SECONDS + WAIT_S))
	until "$@"; do
		((SECONDS < deadline)) || die "waited $WAIT_S s in vain for: $*"
		sleep 0.05
	done
}

# ---- databases and pipelines ----------------------------------------------------------------

sql() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }
db_of() { printf 'bench_%s\n' "${1//[.-]/_}"; }
url_of() { printf '%s/%s\n' "${DATABASE_URL%/*}" "$(db_of "$1")"; }

# new_database NAME [TEMPLATE] - with the schema alone, or as the template. It says its version, which
# a worker's code asks for.
new_database() {
	local file version
	sql "$DATABASE_URL" -c "CREATE DATABASE $(db_of "$1") ${2:+TEMPLATE $(db_of "$2")}"
	[[ -z ${2:-} ]] || return 0
	sql "$(url_of "$1")" -c 'CREATE SCHEMA holdfast' \
		-c 'CREATE TABLE holdfast.schema_migrations (version integer PRIMARY KEY)'
	for file in sql/migrations/*.sql; do
		version=${file##*/}
		sql "$(url_of "$1")" -1 -f "$file" \
			-c "INSERT INTO holdfast.schema_migrations VALUES (${version%%_*}::integer)"
	done
}
# Sessions that just ended, and autovacuum, may still be in it.
drop_database() {
	local try
	for try in 1 2 3; do
		sql "$DATABASE_URL" -c "DROP DATABASE IF EXISTS $(db_of "$1")" 2>>"$LOGS/psql.log" && return 0
		sleep "$try"
	done
	note "database $(db_of "$1") could not be dropped"
}

# with PIPELINE COMMAND... - with the pipeline's settings in the environment. `enter` becomes the
# command: for subshells alone.
enter() {
	local name=$1
	shift
	DATABASE_URL=$(url_of "$name")
	export DATABASE_URL HOLDFAST_REQUESTS_TOPIC="${requests_of[$name]}" HOLDFAST_GROUP_ID="$name" \
		HOLDFAST_REPLIES_TOPIC="$name.replies" HOLDFAST_EVENTS_TOPIC="$name.events" \
		HOLDFAST_DEAD_LETTER_TOPIC="$name.dlt"
	exec "$@"
}
with() { (enter "$@"); }

# new_pipeline NAME [WORKLOAD [PARTITIONS]] - over the requests of a workload, or its own.
new_pipeline() {
	requests_of[$1]=${2:-$1}.requests
	partitions_of[$1]=${3:-1}
	sql "$DATABASE_URL" -c "CREATE DATABASE $(db_of "$1")"
	with "$1" "$B/holdfast-admin" init --partitions="${3:-1}" 2>>"$LOGS/admin.log"
}
drop_pipeline() { drop_database "$1"; }

# load PIPELINE ARGUMENT... - holdfast-producer --load.
load() {
	local name=$1
	shift
	with "$name" "$B/holdfast-producer" --load "$@" 2>>"$LOGS/producer.log"
}
preload() { load "$@" --no-wait >/dev/null; }

# ---- processor time -------------------------------------------------------------------------

# In seconds, of a process id; of PostgreSQL with all its sessions, also those that are over.
cpu_of() { awk '{ sub(/^.*\) /, ""); print ($12 + $13) / 100 }' "/proc/$1/stat"; }
cpu_kafka() { cpu_of "$(cat "$HOLDFAST_RUN_DIR/kafka/pid")"; }
# shellcheck disable=SC2120 # scaling.sh names a folder
cpu_postgres() { # [RUN_FOLDER]
	local pid
	pid=$(cat "${1:-$HOLDFAST_RUN_DIR}/postgres/pid")
	# processes end while they are looked at
	{ cat /proc/[0-9]*/stat 2>/dev/null || true; } | awk -v pid="$pid" '
		{ p = $1; sub(/^.*\) /, "") }
		p == pid { sum += $12 + $13 + $14 + $15 }
		$2 == pid { sum += $12 + $13 }
		END { print sum / 100 }'
}

# ---- workers --------------------------------------------------------------------------------

# drain PIPELINE WORKER ARGUMENT... - run it until all is answered; sets `drained` to what the
# replies say, and cpu_* to processor time in microseconds a decision.
drain() {
	local name=$1 worker=$2 kafka postgres used count
	shift 2
	kafka=$(cpu_kafka) postgres=$(cpu_postgres)
	TIMEFORMAT='%U %S'
	{ time with "$name" "$worker" --until-caught-up "$@" 2>>"$LOGS/worker.log"; } 2>"$TMP/time" ||
		die "the worker failed: see $LOGS/worker.log"
	drained=$("$B/tests/bench/replies" "$name.replies")
	count=$(value_of count <<<"$drained")
	used=$(awk '{ print $1 + $2 }' "$TMP/time")
	cpu_worker_us=$(calculate "$used * 1e6 / $count")
	cpu_kafka_us=$(calculate "($(cpu_kafka) - $kafka) * 1e6 / $count")
	cpu_postgres_us=$(calculate "($(cpu_postgres) - $postgres) * 1e6 / $count")
}

# drain_fresh WORKLOAD METRIC WORKER ARGUMENT... - the workload from its beginning, on new tables.
drain_fresh() {
	local workload=$1 metric=$2 worker=$3 name=$2.$REP
	shift 3
	new_pipeline "$name" "$workload" "${partitions_of[$workload]}"
	drain "$name" "$worker" "$@"
	record "$metric" "$(value_of rate <<<"$drained")"
	record "$metric.cpu_worker_us" "$cpu_worker_us"
	record "$metric.cpu_postgres_us" "$cpu_postgres_us"
	record "$metric.cpu_kafka_us" "$cpu_kafka_us"
	drop_pipeline "$name"
}

# start PIPELINE PROGRAM ARGUMENT... - in the background; sets `started` to its process id.
start() {
	local name=$1 program=$2
	shift 2
	: >"$LOGS/$name.${program##*/}.log"
	enter "$name" "$program" "$@" 2>"$LOGS/$name.${program##*/}.log" &
	started=$!
	running+=("$started")
}
# await PID - until it ends by itself; its exit code.
await() {
	local pid status=0 kept=()
	wait "$1" || status=$?
	for pid in "${running[@]}"; do
		[[ $pid == "$1" ]] || kept+=("$pid")
	done
	running=("${kept[@]}")
	return $status
}
stop() {
	kill -TERM "$1"
	await "$1" || note "process $1 ended with $?"
}

is_serving() {
	[[ $(grep -c 'partition acquired' "$LOGS/$1.holdfast-worker.log") -ge ${partitions_of[$1]} ]]
}
# start_worker PIPELINE ARGUMENT... - and wait until it serves every partition.
start_worker() {
	local name=$1
	shift
	start "$name" "$B/holdfast-worker" "$@"
	wait_until is_serving "$name"
}

# memory_kb PID FIELD - VmRSS (now) or VmHWM (at most so far).
memory_kb() { awk -v f="$2:" '$1 == f { print $2 }' "/proc/$1/status"; }
