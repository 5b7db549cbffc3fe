-- Seats that were in a reservation, and have left it or came in anew; as in worker_update_seats. One that
-- did not come in again keeps its place (null).
WITH done AS (
	UPDATE holdfast.reservation_seats AS m
	SET place = coalesce(k.place, m.place), left_at = k.left_at
	FROM (
		SELECT u.*, f.at
		FROM unnest($1::text[], $2::uuid[], $3::text[], $4::int4[], $5::int8[])
			AS u (show_id, reservation_id, seat_id, place, left_at)
		CROSS JOIN LATERAL (
			SELECT ctid AS at FROM holdfast.reservation_seats
			WHERE show_id = u.show_id COLLATE "C" AND reservation_id = u.reservation_id
				AND seat_id = u.seat_id COLLATE "C"
			OFFSET 0
		) AS f
		OFFSET 0
	) AS k
	WHERE m.ctid = k.at
		AND m.show_id IS NOT DISTINCT FROM k.show_id COLLATE "C"
		AND m.reservation_id IS NOT DISTINCT FROM k.reservation_id
		AND m.seat_id IS NOT DISTINCT FROM k.seat_id COLLATE "C"
		AND m.left_at IS NULL
	RETURNING 1
)
SELECT holdfast.as_planned('seats of reservations', count(*), $6::int4) FROM done
