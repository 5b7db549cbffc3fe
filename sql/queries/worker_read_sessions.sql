SELECT r.show_id, r.session_hash, r.reservation_id
FROM unnest($1::text[], $2::bytea[]) AS k (show_id, session_hash)
CROSS JOIN LATERAL (
	SELECT show_id, session_hash, reservation_id FROM holdfast.seat_reservations
	WHERE show_id = k.show_id COLLATE "C" AND session_hash = k.session_hash AND status = 'held'
	OFFSET 0
) AS r
