-- The first holds with places in an area, in the order in which they end, as many as asked for; and when,
-- behind that time, the next hold of the show with places in any area ends.
SELECT k.show_id, k.area_id, k.rows,
	ARRAY(
		SELECT r.reservation_id FROM holdfast.seat_reservations AS r
		WHERE (r.show_id || E'\x01') = (k.show_id || E'\x01') COLLATE "C"
			AND r.reserved_until <= $4::timestamptz
			AND CASE r.status WHEN 'held' THEN r.area_places END > 0
			AND (
				SELECT m.count FROM holdfast.reservation_areas AS m
				WHERE m.show_id = r.show_id AND m.reservation_id = r.reservation_id
					AND m.area_id = k.area_id COLLATE "C"
			) > 0
		ORDER BY r.reserved_until, r.request_offset
		LIMIT k.rows
	)::text[] AS reservation_ids,
	(
		SELECT r.reserved_until FROM holdfast.seat_reservations AS r
		WHERE (r.show_id || E'\x01') = (k.show_id || E'\x01') COLLATE "C"
			AND r.reserved_until > $4::timestamptz
			AND CASE r.status WHEN 'held' THEN r.area_places END > 0
		ORDER BY r.reserved_until
		LIMIT 1
	) AS next
FROM unnest($1::text[], $2::text[], $3::int8[]) AS k (show_id, area_id, rows)
