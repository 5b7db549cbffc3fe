WITH done AS (
	INSERT INTO holdfast.shows
		(show_id, title, hold_seconds, max_hold_seconds, max_seats, owner_hash, created_at, created_offset,
		rules, on_sale_from, on_sale_until, closed, singles, max_customer_seats,
		max_customer_holds, version)
	SELECT * FROM unnest($1::text[], $2::text[], $3::int4[], $4::int4[], $5::int4[], $6::bytea[],
		$7::timestamptz[], $8::int8[], $9::int4[], $10::timestamptz[], $11::timestamptz[], $12::bool[],
		$13::text[], $14::int4[], $15::int4[], $16::int8[])
	RETURNING 1
)
SELECT holdfast.as_planned('shows added', count(*), $17::int4) FROM done
