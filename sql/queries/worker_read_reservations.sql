-- Of seats those that are in it, and the next place: behind all that ever were. Of areas count, place and
-- name of each that ever was, where the show may have any.
SELECT r.show_id, r.reservation_id, r.status, r.session_hash, r.created_at, r.reserved_until, r.ended_at,
	r.request_offset, m.seat_ids, r.channel, r.customer_hash, r.places, m.next_place,
	CASE WHEN k.has_areas THEN ARRAY(
		SELECT concat_ws(' ', a.count, a.place, a.area_id) FROM holdfast.reservation_areas AS a
		WHERE a.show_id = r.show_id AND a.reservation_id = r.reservation_id
		ORDER BY a.place
	)::text[] END AS areas
FROM unnest($1::text[], $2::uuid[], $3::bool[]) AS k (show_id, reservation_id, has_areas)
CROSS JOIN LATERAL (
	SELECT * FROM holdfast.seat_reservations
	WHERE show_id = k.show_id COLLATE "C" AND reservation_id = k.reservation_id
	OFFSET 0
) AS r
CROSS JOIN LATERAL (
	SELECT coalesce(array_agg(seat_id::text ORDER BY place) FILTER (WHERE left_at IS NULL), '{}') AS seat_ids,
		coalesce(max(place) + 1, 0) AS next_place
	FROM holdfast.reservation_seats
	WHERE show_id = r.show_id AND reservation_id = r.reservation_id
) AS m
