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
		FROM (
			SELECT unnest($1::text[]) AS show_id, unnest($2::text[]) AS seat_id, unnest($3::text[]) AS status,
				unnest($4::timestamptz[]) AS reserved_until, unnest($5::uuid[]) AS reserved_by,
				unnest($6::int8[]) AS taken_at, unnest($7::int8[]) AS version,
				unnest($8::text[]) AS seen_status, unnest($9::timestamptz[]) AS seen_reserved_until,
				unnest($10::uuid[]) AS seen_reserved_by, unnest($11::int8[]) AS seen_version,
				unnest($12::text[]) AS seen_channel
		) AS u
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
