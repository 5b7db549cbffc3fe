SELECT show_id, reservation_id, seat_id, place, left_at
FROM holdfast.reservation_seats
WHERE (show_id, reservation_id, place, seat_id)
	>= ($1::text COLLATE "C", $2::uuid, $3::int4, $4::text COLLATE "C")
ORDER BY show_id, reservation_id, place, seat_id
LIMIT 4000
