SELECT show_id, seat_id, status, reserved_until, reserved_by, taken_at, channel, version
FROM holdfast.show_seats
WHERE (show_id, seat_id) >= ($1::text COLLATE "C", $2::text COLLATE "C")
ORDER BY show_id, seat_id
LIMIT 2000
