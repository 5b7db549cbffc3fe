SELECT s.show_id, s.title, s.hold_seconds, s.max_hold_seconds, s.max_seats, s.owner_hash, s.created_offset,
	s.created_at
FROM unnest($1::text[]) AS k (show_id)
CROSS JOIN LATERAL (
	SELECT * FROM holdfast.shows
	WHERE show_id = k.show_id COLLATE "C"
	OFFSET 0
) AS s
