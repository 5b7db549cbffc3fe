SELECT s.show_id, s.seat_id, s.status, s.reserved_until, s.reserved_by, s.taken_at, s.version, s.channel
FROM unnest($1::text[], $2::text[]) AS k (show_id, seat_id)
CROSS JOIN LATERAL (
	SELECT * FROM holdfast.show_seats
	WHERE show_id = k.show_id COLLATE "C" AND seat_id = k.seat_id COLLATE "C"
	OFFSET 0
	FOR UPDATE
) AS s
