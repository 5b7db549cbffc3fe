-- The conditional UPDATE: only seats that still are as the plan saw them. The look-up by key stands
-- apart so that no plan of it can become a scan; the row's place is looked at again with the guard.
-- There the key is compared by what no index and no order serves: with `=`, a plan made when the table was
-- analyzed while empty goes through the whole index, and looks every key up again for each of its rows.
-- Microseconds, which only a hand writes, are beyond what the plan sees. The channel, which seldom changes,
-- is not set here: worker_update_blocked_seats does.
WITH done AS (
	UPDATE holdfast.show_seats AS s
	SET status = k.status, reserved_until = k.reserved_until, reserved_by = k.reserved_by,
		taken_at = k.taken_at, version = k.version
	FROM (
		SELECT u.*, f.at
		FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::uuid[], $6::int8[], $7::int8[],
				$8::text[], $9::timestamptz[], $10::uuid[], $11::int8[], $12::text[])
			AS u (show_id, seat_id, status, reserved_until, reserved_by, taken_at, version,
				seen_status, seen_reserved_until, seen_reserved_by, seen_version, seen_channel)
		CROSS JOIN LATERAL (
			SELECT ctid AS at FROM holdfast.show_seats
			WHERE show_id = u.show_id COLLATE "C" AND seat_id = u.seat_id COLLATE "C"
			OFFSET 0
		) AS f
		OFFSET 0
	) AS k
	WHERE s.ctid = k.at
		AND s.show_id IS NOT DISTINCT FROM k.show_id COLLATE "C"
		AND s.seat_id IS NOT DISTINCT FROM k.seat_id COLLATE "C"
		AND s.status = k.seen_status COLLATE "C"
		AND date_trunc('milliseconds', s.reserved_until) IS NOT DISTINCT FROM k.seen_reserved_until
		AND s.reserved_by IS NOT DISTINCT FROM k.seen_reserved_by
		AND s.version = k.seen_version
		AND s.channel IS NOT DISTINCT FROM k.seen_channel COLLATE "C"
	RETURNING 1
)
SELECT holdfast.as_planned('seats', count(*), $13::int4) FROM done
