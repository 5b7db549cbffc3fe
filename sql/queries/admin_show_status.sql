SELECT s.title, s.hold_seconds, s.max_hold_seconds, s.max_seats,
	count(*) FILTER (WHERE t.status = 'available'),
	count(*) FILTER (WHERE t.status = 'reserved' AND t.reserved_until > now()),
	count(*) FILTER (WHERE t.status = 'reserved' AND t.reserved_until <= now()),
	count(*) FILTER (WHERE t.status = 'sold')
FROM holdfast.shows AS s
LEFT JOIN holdfast.show_seats AS t ON t.show_id = s.show_id
WHERE s.show_id = $1::text COLLATE "C"
GROUP BY s.show_id
