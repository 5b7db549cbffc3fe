SELECT show_id, seat_id, section, seat_row, pos, category, rank, array_to_json(flags)::text, x, y, version
FROM holdfast.seat_places
WHERE (show_id, seat_id) >= ($1::text COLLATE "C", $2::text COLLATE "C")
ORDER BY show_id, seat_id
LIMIT 2000
