-- Seats that were not in a reservation when the batch began. One that was before has a row.
WITH done AS (
	INSERT INTO holdfast.reservation_seats AS m (show_id, reservation_id, seat_id, place, left_at)
	SELECT u.show_id, u.reservation_id, u.seat_id, u.place, u.left_at
	FROM unnest($1::text[], $2::uuid[], $3::text[], $4::int4[], $5::int8[])
		AS u (show_id, reservation_id, seat_id, place, left_at)
	ON CONFLICT (show_id, reservation_id, seat_id) DO UPDATE
	SET place = EXCLUDED.place, left_at = EXCLUDED.left_at
	WHERE m.left_at IS NOT NULL
	RETURNING 1
)
SELECT holdfast.as_planned('seats come into reservations', count(*), $6::int4) FROM done
