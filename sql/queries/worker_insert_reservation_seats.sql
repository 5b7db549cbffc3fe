WITH done AS (
	INSERT INTO holdfast.reservation_seats (show_id, reservation_id, seat_id, place)
	SELECT unnest($1::text[]), unnest($2::uuid[]), unnest($3::text[]), unnest($4::int4[])
	RETURNING 1
)
SELECT holdfast.as_planned('seats of reservations added', count(*), $5::int4) FROM done
