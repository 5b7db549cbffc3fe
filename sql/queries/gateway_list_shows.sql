-- The shows that the demo lists, and how much of each is free: seats and places of areas.
SELECT s.show_id, s.title, s.on_sale_from, s.on_sale_until, s.closed,
	seats.all + areas.all AS places,
	seats.free + areas.free AS free
FROM holdfast.shows AS s,
	LATERAL (
		SELECT count(*) AS all, count(*) FILTER (WHERE t.status = 'available') AS free
		FROM holdfast.show_seats AS t WHERE t.show_id = s.show_id
	) AS seats,
	LATERAL (
		SELECT coalesce(sum(a.capacity), 0)::bigint AS all,
			coalesce(sum(a.capacity - a.held - a.sold), 0)::bigint AS free
		FROM holdfast.show_areas AS a WHERE a.show_id = s.show_id
	) AS areas
ORDER BY s.created_at DESC, s.show_id
LIMIT 100
