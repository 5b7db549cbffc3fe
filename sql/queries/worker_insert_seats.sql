WITH done AS (
	INSERT INTO holdfast.show_seats
		(show_id, seat_id, status, reserved_until, reserved_by, taken_at, version, channel)
	SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::uuid[], $6::int8[],
		$7::int8[], $8::text[])
	RETURNING 1
)
SELECT holdfast.as_planned('seats added', count(*), $9::int4) FROM done
