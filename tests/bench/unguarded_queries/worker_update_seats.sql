UPDATE holdfast.show_seats AS s
SET status = k.status, reserved_until = k.reserved_until, reserved_by = k.reserved_by,
	taken_at = k.taken_at, version = k.version
FROM (
	SELECT u.*, f.at
	FROM (
		SELECT unnest($1::text[]) AS show_id, unnest($2::text[]) AS seat_id, unnest($3::text[]) AS status,
			unnest($4::timestamptz[]) AS reserved_until, unnest($5::uuid[]) AS reserved_by,
			unnest($6::int8[]) AS taken_at, unnest($7::int8[]) AS version
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
