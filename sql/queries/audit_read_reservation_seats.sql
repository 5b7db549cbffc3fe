SELECT show_id, reservation_id, seat_id, place, left_at
FROM holdfast.reservation_seats
WHERE (show_id, reservation_id, place) >= ($1::text COLLATE "C", $2::uuid, $3::int4)
ORDER BY show_id, reservation_id, place
LIMIT 4000
