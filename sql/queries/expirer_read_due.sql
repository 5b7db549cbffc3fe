-- Due by this server's clock and 50 ms on top, so that the broker's clock has passed it too. The
-- time comes and goes in microseconds: a row made by hand may have them, and the page must end.
SELECT show_id, reservation_id, (extract(epoch FROM reserved_until) * 1000000)::int8
FROM holdfast.seat_reservations
WHERE ended_at IS NULL
	AND reserved_until <= now() - interval '50 ms'
	AND (reserved_until, show_id, reservation_id) > (
		timestamptz 'epoch' + $1::int8 * interval '1 microsecond', $2::text COLLATE "C", $3::uuid)
ORDER BY reserved_until, show_id, reservation_id
LIMIT $4::int8
