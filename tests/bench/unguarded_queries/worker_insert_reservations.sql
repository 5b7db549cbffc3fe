INSERT INTO holdfast.seat_reservations
	(show_id, reservation_id, status, session_hash, created_at, reserved_until, ended_at, request_offset,
	channel, customer_hash, places, area_places)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bytea[], $5::timestamptz[],
	$6::timestamptz[], $7::timestamptz[], $8::int8[], $9::text[], $10::bytea[],
	$11::int4[], $12::int4[])
