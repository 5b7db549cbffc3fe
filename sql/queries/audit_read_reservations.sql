SELECT show_id, reservation_id, status, session_hash, customer_hash, channel, places, created_at, reserved_until,
	ended_at, request_offset
FROM holdfast.seat_reservations
WHERE (show_id, reservation_id) >= ($1::text COLLATE "C", $2::uuid)
ORDER BY show_id, reservation_id
LIMIT 2000
