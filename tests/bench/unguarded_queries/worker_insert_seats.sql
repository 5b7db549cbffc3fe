INSERT INTO holdfast.show_seats
	(show_id, seat_id, status, reserved_until, reserved_by, taken_at, version, channel)
SELECT unnest($1::text[]), unnest($2::text[]), unnest($3::text[]), unnest($4::timestamptz[]),
	unnest($5::uuid[]), unnest($6::int8[]), unnest($7::int8[]), unnest($8::text[])
