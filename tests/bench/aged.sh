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

# aged_sample NAME KIND - what the worker itself writes of a small on-sale, a tenth of it granted, to
# be repeated: rows that are all longer than its own would leave room in every page, into which new
# ones would then go one by one.
aged_sample() {
	preload "$1" --create --show-prefix=sample --seats-per-show=20000 --requests=60000 --ids="$2"
	with "$1" "$B/holdfast-worker" --until-caught-up 2>>"$LOGS/worker.log" || die "the worker failed"
	sql "$(url_of "$1")" <<SQL
CREATE TABLE public.sample AS
SELECT row_number() OVER (ORDER BY "offset") - 1 AS k, code, reason, content, reply, events
FROM holdfast.decisions WHERE partition = 0 AND type = 'reserve';
CREATE UNIQUE INDEX ON public.sample (k);
ANALYZE public.sample;
SQL
}

# aged_fill NAME KIND - rows of partition 1, which nobody serves here; shows and times long gone.
aged_fill() {
	local from id
	id=$(aged_id "$2")
	note "filling $1 with $AGED_DECISIONS old decisions"
	aged_sample "$1" "$2"
	for ((from = 1; from <= AGED_DECISIONS; from += AGED_STEP)); do
		sql "$(url_of "$1")" <<SQL
SET synchronous_commit = off;
INSERT INTO holdfast.decisions
	(partition, "offset", show_id, request_id, type, code, reason, decided_at, content, reply, events)
SELECT 1, n, 'old-' || n / 100000, $id, 'reserve', code, reason,
	timestamptz '2024-01-01' + n * interval '1 s', content, reply, events
FROM generate_series($from::int8, $from + $AGED_STEP - 1) AS n
JOIN public.sample ON k = n % (SELECT count(*) FROM public.sample)
ORDER BY n;
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
FROM holdfast.seat_reservations, generate_series(0, 2) AS g
WHERE show_id LIKE 'old-%';
DROP TABLE public.sample;
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
	preload "$name" --create --seats-per-show="$ONSALE_SEATS" --requests="$ONSALE_REQUESTS" \
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
