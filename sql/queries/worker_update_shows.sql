-- Only where a show still is as the plan saw it; as in worker_update_seats.
WITH done AS (
	UPDATE holdfast.shows AS s
	SET title = k.title, hold_seconds = k.hold_seconds, max_hold_seconds = k.max_hold_seconds,
		max_seats = k.max_seats, on_sale_from = k.on_sale_from, on_sale_until = k.on_sale_until,
		closed = k.closed, singles = k.singles, max_customer_seats = k.max_customer_seats,
		max_customer_holds = k.max_customer_holds, owner_hash = k.owner_hash, version = k.version
	FROM (
		SELECT u.*, f.at
		FROM unnest($1::text[], $2::text[], $3::int4[], $4::int4[], $5::int4[], $6::timestamptz[],
				$7::timestamptz[], $8::bool[], $9::text[], $10::int4[], $11::int4[], $12::bytea[],
				$13::int8[],
				$14::text[], $15::int4[], $16::int4[], $17::int4[], $18::timestamptz[],
				$19::timestamptz[], $20::bool[], $21::text[], $22::int4[], $23::int4[], $24::bytea[],
				$25::int8[])
			AS u (show_id, title, hold_seconds, max_hold_seconds, max_seats, on_sale_from,
				on_sale_until, closed, singles, max_customer_seats, max_customer_holds, owner_hash,
				version,
				seen_title, seen_hold_seconds, seen_max_hold_seconds, seen_max_seats, seen_on_sale_from,
				seen_on_sale_until, seen_closed, seen_singles, seen_max_customer_seats,
				seen_max_customer_holds, seen_owner_hash, seen_version)
		CROSS JOIN LATERAL (
			SELECT ctid AS at FROM holdfast.shows WHERE show_id = u.show_id COLLATE "C" OFFSET 0
		) AS f
		OFFSET 0
	) AS k
	WHERE s.ctid = k.at
		AND s.show_id IS NOT DISTINCT FROM k.show_id COLLATE "C"
		AND s.title IS NOT DISTINCT FROM k.seen_title
		AND s.hold_seconds = k.seen_hold_seconds
		AND s.max_hold_seconds = k.seen_max_hold_seconds
		AND s.max_seats = k.seen_max_seats
		AND date_trunc('milliseconds', s.on_sale_from) IS NOT DISTINCT FROM k.seen_on_sale_from
		AND date_trunc('milliseconds', s.on_sale_until) IS NOT DISTINCT FROM k.seen_on_sale_until
		AND s.closed = k.seen_closed
		AND s.singles = k.seen_singles COLLATE "C"
		AND s.max_customer_seats = k.seen_max_customer_seats
		AND s.max_customer_holds = k.seen_max_customer_holds
		AND s.owner_hash IS NOT DISTINCT FROM k.seen_owner_hash
		AND s.version = k.seen_version
	RETURNING 1
)
SELECT holdfast.as_planned('shows', count(*), $26::int4) FROM done
