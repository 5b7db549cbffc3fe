UPDATE holdfast.show_seats AS s
SET status = k.status, reserved_until = k.reserved_until, reserved_by = k.reserved_by,
	taken_at = k.taken_at, version = k.version
FROM (
	SELECT u.*, f.at
	FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::uuid[], $6::int8[], $7::int8[])
		AS u (show_id, seat_id, status, reserved_until, reserved_by, taken_at, version)
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
