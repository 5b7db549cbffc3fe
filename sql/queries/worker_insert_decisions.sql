WITH done AS (
	INSERT INTO holdfast.decisions
		(partition, "offset", show_id, request_id, type, code, reason, duplicate_of, decided_at, content,
		reply, events)
	SELECT $1::int4, unnest($2::int8[]), unnest($3::text[]), unnest($4::uuid[]), unnest($5::text[]),
		unnest($6::int4[]), unnest($7::text[]), unnest($8::int8[]), unnest($9::timestamptz[]),
		unnest($10::bytea[]), unnest($11::bytea[]), unnest($12::bytea[])
	RETURNING 1
)
SELECT holdfast.as_planned('decisions', count(*), $13::int4) FROM done
