SELECT p.show_id, p.seat_id, p.section, p.seat_row, p.pos, p.category, p.rank, p.flags, p.x, p.y, p.version
FROM unnest($1::text[], $2::text[]) AS k (show_id, seat_id)
CROSS JOIN LATERAL (
	SELECT * FROM holdfast.seat_places
	WHERE show_id = k.show_id COLLATE "C" AND seat_id = k.seat_id COLLATE "C"
	OFFSET 0
) AS p
