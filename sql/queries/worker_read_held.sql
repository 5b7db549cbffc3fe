-- Seats and areas as of worker_read_reservations.
SELECT r.reservation_id, r.session_hash, r.created_at, r.reserved_until, r.request_offset, m.seat_ids,
	r.channel, r.customer_hash, r.places, m.next_place,
	CASE WHEN EXISTS (SELECT FROM holdfast.show_areas AS s WHERE s.show_id = $1::text COLLATE "C") THEN ARRAY(
		SELECT concat_ws(' ', a.count, a.place, a.area_id) FROM holdfast.reservation_areas AS a
		WHERE a.show_id = r.show_id AND a.reservation_id = r.reservation_id
		ORDER BY a.place
	)::text[] END AS areas
FROM holdfast.seat_reservations AS r
CROSS JOIN LATERAL (
	SELECT coalesce(array_agg(seat_id::text ORDER BY place) FILTER (WHERE left_at IS NULL), '{}') AS seat_ids,
		coalesce(max(place) + 1, 0) AS next_place
	FROM holdfast.reservation_seats
	WHERE show_id = r.show_id AND reservation_id = r.reservation_id
) AS m
WHERE r.show_id = $1::text COLLATE "C" AND r.session_hash >= ''::bytea AND r.status = 'held'
ORDER BY r.session_hash -- as the index of held ones has them: no other is then read instead
LIMIT $2::int8
