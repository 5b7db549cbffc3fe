SELECT r.reservation_id, r.session_hash, r.created_at, r.reserved_until, r.request_offset,
	ARRAY(
		SELECT m.seat_id FROM holdfast.reservation_seats AS m
		WHERE m.show_id = r.show_id AND m.reservation_id = r.reservation_id AND m.left_at IS NULL
		ORDER BY m.place
	)::text[] AS seat_ids,
	r.channel, r.customer_hash, r.places
FROM holdfast.seat_reservations AS r
WHERE r.show_id = $1::text COLLATE "C" AND r.session_hash >= ''::bytea AND r.status = 'held'
ORDER BY r.session_hash -- as the index of held ones has them: no other is then read instead
LIMIT $2::int8
