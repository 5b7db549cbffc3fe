# shellcheck shell=bash
#
# aged.sh - the on-sale on tables that have been in use: many old decisions and reservations. Once
# with request ids ordered by time, as our clients make them, once with random ones. Not in the quick
# run: filling the tables takes minutes.
#
# The fresh, the ordered and the random table are drained in turn, each repetition with a show of its
# own behind the requests decided before.

AGED_DECISIONS=${BENCH_AGED_DECISIONS:-10000000}
AGED_RESERVATIONS=$((AGED_DECISIONS / 10))
AGED_STEP=500000

# aged_id KIND - SQL for the n-th old id: of version 7, one a second from 2024 on, or of version 4.
aged_id() {
	if [[ $1 == v7 ]]; then
		printf '%s' "(lpad(to_hex(1704067200000 + n * 1000), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid"
	else
		printf '%s' "(substr(md5(n::text), 1, 12) || '4' || substr(md5(n::text), 13, 3) || '8' || substr(md5(n::text), 16, 15))::uuid"
	fi
}

# aged_fill NAME KIND - rows of partition 1, which nobody serves here; shows and times long gone.
aged_fill() {
	local from id
	id=$(aged_id "$2")
	note "filling $1 with $AGED_DECISIONS old decisions"
	for ((from = 1; from <= AGED_DECISIONS; from += AGED_STEP)); do
		sql "$(url_of "$1")" <<SQL
SET synchronous_commit = off;
INSERT INTO holdfast.decisions
	(partition, "offset", show_id, request_id, type, code, reason, decided_at, content, reply)
SELECT 1, n, 'old-' || n / 100000, $id, 'reserve', 409, 'SEATS_TAKEN',
	timestamptz '2024-01-01' + n * interval '1 s', decode(md5(n::text), 'hex'),
	convert_to('{"request_id":"' || $id || '","type":"reserve","show_id":"old","status":"rejected","code":409,"reason":"SEATS_TAKEN","message":"One or more selected seats were just taken by another customer.","unavailable":[{"seat_id":"seat-1","status":"reserved","taken_at_offset":41}],"decided_at":"2024-01-01T00:00:00.123Z"', 'UTF8')
FROM generate_series($from::int8, $from + $AGED_STEP - 1) AS n;
SQL
	done
	sql "$(url_of "$1")" <<SQL
SET synchronous_commit = off;
INSERT INTO holdfast.seat_reservations
	(show_id, reservation_id, status, session_hash, created_at, reserved_until, ended_at, request_offset)
SELECT 'old-' || n / 10000, $id, CASE WHEN n % 10 < 7 THEN 'confirmed' ELSE 'expired' END,
	sha256(int8send(n)), timestamptz '2024-01-01' + n * interval '10 s',
	timestamptz '2024-01-01' + n * interval '10 s' + interval '600 s',
	timestamptz '2024-01-01' + n * interval '10 s' + interval '300 s', n
FROM generate_series(1, $AGED_RESERVATIONS::int8) AS n;
INSERT INTO holdfast.reservation_seats
SELECT show_id, reservation_id, 'seat-' || g, g
FROM holdfast.seat_reservations, generate_series(0, 2) AS g;
VACUUM ANALYZE holdfast.decisions, holdfast.seat_reservations, holdfast.reservation_seats;
SQL
}

aged_prepare() {
	local kind
	for kind in v7 v4; do
		new_pipeline "aged.$kind"
		aged_fill "aged.$kind" $kind
		new_pipeline "fresh.$kind"
	done
}

# aged_one NAME KIND METRIC - a show of this repetition's own, behind what was decided before.
aged_one() {
	local name=$1 from
	preload "$name" --create --seats="$ONSALE_SEATS" --requests="$ONSALE_REQUESTS" \
		--show-prefix="sale-$REP" --ids="$2"
	from=$(now_ms)
	with "$name" "$B/holdfast-worker" --until-caught-up 2>>"$LOGS/worker.log" || die "the worker failed"
	record "$3" "$("$B/tests/bench/replies" "$name.replies" - "$from" "$(now_ms)" | value_of rate)"
}

aged_run() {
	local kind
	for kind in v7 v4; do
		aged_one "fresh.$kind" $kind "aged.$kind.fresh.rate"
		aged_one "aged.$kind" $kind "aged.$kind.rate"
	done
}
