-- A reservation, whatever became of it; the columns of gateway_read_held.
SELECT r.reservation_id, r.status, r.session_hash, r.reserved_until,
	ARRAY(
		SELECT m.seat_id FROM holdfast.reservation_seats AS m
		WHERE m.show_id = r.show_id AND m.reservation_id = r.reservation_id AND m.left_at IS NULL
		ORDER BY m.place
	)::text[] AS seat_ids,
	ARRAY(
		SELECT a.area_id FROM holdfast.reservation_areas AS a
		WHERE a.show_id = r.show_id AND a.reservation_id = r.reservation_id AND a.count > 0
		ORDER BY a.place
	)::text[] AS area_ids,
	ARRAY(
		SELECT a.count::text FROM holdfast.reservation_areas AS a
		WHERE a.show_id = r.show_id AND a.reservation_id = r.reservation_id AND a.count > 0
		ORDER BY a.place
	)::text[] AS counts
FROM holdfast.seat_reservations AS r
WHERE r.show_id = $1::text COLLATE "C" AND r.reservation_id = $2::uuid
