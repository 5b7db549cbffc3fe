SELECT r.show_id, r.reservation_id, r.status, r.session_hash, r.created_at, r.reserved_until, r.ended_at,
	r.request_offset,
	ARRAY(
		SELECT m.seat_id FROM holdfast.reservation_seats AS m
		WHERE m.show_id = r.show_id AND m.reservation_id = r.reservation_id AND m.left_at IS NULL
		ORDER BY m.place
	)::text[] AS seat_ids,
	r.channel, r.customer_hash, r.places
FROM unnest($1::text[], $2::uuid[]) AS k (show_id, reservation_id)
CROSS JOIN LATERAL (
	SELECT * FROM holdfast.seat_reservations
	WHERE show_id = k.show_id COLLATE "C" AND reservation_id = k.reservation_id
	OFFSET 0
) AS r
