SELECT seat_id, section, seat_row, pos, category, rank, flags, x, y
FROM holdfast.seat_places
WHERE show_id = $1::text COLLATE "C"
ORDER BY show_id, seat_id
