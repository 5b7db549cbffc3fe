-- Places held by holds that have lapsed are apart from those of live ones.
SELECT a.area_id, a.capacity, a.held - l.places AS live, l.places AS lapsed, a.sold, a.channel, a.category
FROM holdfast.show_areas AS a
CROSS JOIN LATERAL (
	SELECT coalesce(sum(m.count), 0)::int4 AS places
	FROM holdfast.seat_reservations AS r
	JOIN holdfast.reservation_areas AS m ON m.show_id = r.show_id AND m.reservation_id = r.reservation_id
	WHERE r.show_id = a.show_id AND r.status = 'held' AND r.reserved_until <= now() AND m.area_id = a.area_id
) AS l
WHERE a.show_id = $1::text COLLATE "C"
ORDER BY a.area_id
