SELECT s.title, s.hold_seconds, s.max_hold_seconds, s.max_seats,
	s.on_sale_from, s.on_sale_until, s.closed, s.singles,
	s.max_customer_seats, s.max_customer_holds
FROM holdfast.shows AS s
WHERE s.show_id = $1::text COLLATE "C"
