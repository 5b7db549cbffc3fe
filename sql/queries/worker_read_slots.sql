-- Which seats stand at these places; a section that is null is one, too.
SELECT k.show_id, k.section, k.seat_row, k.pos, p.seat_id
FROM unnest($1::text[], $2::text[], $3::text[], $4::int4[]) AS k (show_id, section, seat_row, pos)
CROSS JOIN LATERAL (
	SELECT seat_id FROM holdfast.seat_places
	WHERE hall = (k.show_id || E'\x01' || coalesce(k.section, '')) COLLATE "C"
		AND seat_row = k.seat_row COLLATE "C" AND pos = k.pos
	OFFSET 0
) AS p
