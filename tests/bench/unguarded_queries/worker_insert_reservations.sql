INSERT INTO holdfast.seat_reservations
	(show_id, reservation_id, status, session_hash, created_at, reserved_until, ended_at, request_offset,
	channel, customer_hash, places, area_places)
SELECT unnest($1::text[]), unnest($2::uuid[]), unnest($3::text[]), unnest($4::bytea[]),
	unnest($5::timestamptz[]), unnest($6::timestamptz[]), unnest($7::timestamptz[]),
	unnest($8::int8[]), unnest($9::text[]), unnest($10::bytea[]), unnest($11::int4[]),
	unnest($12::int4[])
