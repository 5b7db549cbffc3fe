WITH done AS ( -- guard
	INSERT INTO holdfast.decisions
		(partition, "offset", show_id, request_id, type, code, reason, duplicate_of, decided_at, content,
		reply, events)
	SELECT $1::int4, u.*
	FROM unnest($2::int8[], $3::text[], $4::uuid[], $5::text[], $6::int4[], $7::text[], $8::int8[],
		$9::timestamptz[], $10::bytea[], $11::bytea[], $12::bytea[]) AS u
	RETURNING 1 -- guard
) -- guard
SELECT holdfast.must_change('decisions', count(*), $13::int8) FROM done -- guard
