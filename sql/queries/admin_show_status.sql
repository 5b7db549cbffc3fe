SELECT s.title, s.hold_seconds, s.max_hold_seconds, s.max_seats,
	s.on_sale_from, s.on_sale_until, s.closed, s.singles
FROM holdfast.shows AS s
WHERE s.show_id = $1::text COLLATE "C"
