-- The number in the second column: 0 available, 1 blocked, 2 held, 3 lapsed, 4 sold. The last column:
-- the best rank in the seat's section.
SELECT t.seat_id,
	CASE WHEN t.status = 'sold' THEN 4
		WHEN t.status = 'reserved' THEN CASE WHEN t.reserved_until > now() THEN 2 ELSE 3 END
		WHEN t.channel IS NOT NULL THEN 1 ELSE 0 END,
	p.section, p.seat_row, p.pos, p.category,
	min(coalesce(p.rank, 1000000)) OVER (PARTITION BY p.section) AS section_rank
FROM holdfast.show_seats AS t
LEFT JOIN holdfast.seat_places AS p ON p.show_id = t.show_id AND p.seat_id = t.seat_id
WHERE t.show_id = $1::text COLLATE "C"
ORDER BY section_rank, p.section NULLS FIRST, p.category NULLS FIRST
