SELECT s.show_id, s.title, s.hold_seconds, s.max_hold_seconds, s.max_seats, s.owner_hash, s.created_offset,
	s.created_at, s.rules, s.on_sale_from, s.on_sale_until, s.closed, s.singles, s.version,
	s.max_customer_seats, s.max_customer_holds
FROM unnest($1::text[]) AS k (show_id)
CROSS JOIN LATERAL (
	SELECT * FROM holdfast.shows
	WHERE show_id = k.show_id COLLATE "C"
	OFFSET 0
) AS s
