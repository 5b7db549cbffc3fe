-- Due by the database's clock and 50 ms on top, so that the broker's clock has passed it too.
SELECT show_id, reservation_id, reserved_until
FROM holdfast.seat_reservations
WHERE status = 'held'
	AND reserved_until <= now() - interval '50 ms'
	AND (reserved_until, show_id, reservation_id) > ($1::timestamptz, $2::text COLLATE "C", $3::uuid)
ORDER BY reserved_until, show_id, reservation_id
LIMIT $4::int8
