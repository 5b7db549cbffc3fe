-- Places: seats, and what areas have.
SELECT s.show_id, s.title,
	coalesce(t.available, 0) + coalesce(a.available, 0),
	coalesce(t.blocked, 0) + coalesce(a.blocked, 0),
	coalesce(t.held, 0) + coalesce(a.held, 0) - coalesce(l.places, 0),
	coalesce(t.lapsed, 0) + coalesce(l.places, 0),
	coalesce(t.sold, 0) + coalesce(a.sold, 0)
FROM holdfast.shows AS s
LEFT JOIN (
	SELECT show_id,
		count(*) FILTER (WHERE status = 'available' AND channel IS NULL) AS available,
		count(*) FILTER (WHERE status = 'available' AND channel IS NOT NULL) AS blocked,
		count(*) FILTER (WHERE status = 'reserved' AND reserved_until > now()) AS held,
		count(*) FILTER (WHERE status = 'reserved' AND reserved_until <= now()) AS lapsed,
		count(*) FILTER (WHERE status = 'sold') AS sold
	FROM holdfast.show_seats
	GROUP BY show_id
) AS t ON t.show_id = s.show_id
LEFT JOIN (
	SELECT show_id,
		sum(capacity - held - sold) FILTER (WHERE channel IS NULL) AS available,
		sum(capacity - held - sold) FILTER (WHERE channel IS NOT NULL) AS blocked,
		sum(held) AS held, sum(sold) AS sold
	FROM holdfast.show_areas
	GROUP BY show_id
) AS a ON a.show_id = s.show_id
LEFT JOIN (
	SELECT show_id, sum(area_places)::int8 AS places
	FROM holdfast.seat_reservations
	WHERE status = 'held' AND reserved_until <= now() AND area_places > 0
	GROUP BY show_id
) AS l ON l.show_id = s.show_id
ORDER BY s.show_id
