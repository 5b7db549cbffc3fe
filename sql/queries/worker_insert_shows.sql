WITH done AS (
	INSERT INTO holdfast.shows
		(show_id, title, hold_seconds, max_hold_seconds, max_seats, owner_hash, created_at, created_offset)
	SELECT * FROM unnest($1::text[], $2::text[], $3::int4[], $4::int4[], $5::int4[], $6::bytea[],
		$7::timestamptz[], $8::int8[])
	RETURNING 1
)
SELECT holdfast.must_change('shows added', count(*), $9::int8) FROM done
