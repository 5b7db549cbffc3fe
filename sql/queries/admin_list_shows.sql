SELECT s.show_id, s.title,
	count(*) FILTER (WHERE t.status = 'available' AND t.channel IS NULL),
	count(*) FILTER (WHERE t.status = 'available' AND t.channel IS NOT NULL),
	count(*) FILTER (WHERE t.status = 'reserved' AND t.reserved_until > now()),
	count(*) FILTER (WHERE t.status = 'reserved' AND t.reserved_until <= now()),
	count(*) FILTER (WHERE t.status = 'sold')
FROM holdfast.shows AS s
LEFT JOIN holdfast.show_seats AS t ON t.show_id = s.show_id
GROUP BY s.show_id
ORDER BY s.show_id
