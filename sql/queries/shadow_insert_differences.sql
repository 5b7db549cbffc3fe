INSERT INTO holdfast.shadow_differences
	(partition, show_id, "offset", appended_at, what, decided, published)
SELECT $1::int4, unnest($2::text[]), unnest($3::int8[]), unnest($4::timestamptz[]), unnest($5::text[]),
	unnest($6::text[]), unnest($7::text[])
ON CONFLICT (partition, show_id) DO NOTHING
RETURNING show_id, "offset"
