-- Only where a channel still is as the plan saw it; as in worker_update_seats. `opens` with U+0001, which
-- is in no name, between the names.
WITH done AS (
	UPDATE holdfast.show_channels AS c
	SET key_hash = k.key_hash, on_sale_from = k.on_sale_from, on_sale_until = k.on_sale_until,
		opens = string_to_array(k.opens, E'\x01'), exempt = k.exempt, version = k.version
	FROM (
		SELECT u.*, f.at
		FROM unnest($1::text[], $2::text[], $3::bytea[], $4::timestamptz[], $5::timestamptz[], $6::text[],
				$7::bool[], $8::int8[], $9::bytea[], $10::timestamptz[], $11::timestamptz[], $12::text[],
				$13::bool[], $14::int8[])
			AS u (show_id, channel, key_hash, on_sale_from, on_sale_until, opens, exempt, version,
				seen_key_hash, seen_on_sale_from, seen_on_sale_until, seen_opens, seen_exempt, seen_version)
		CROSS JOIN LATERAL (
			SELECT ctid AS at FROM holdfast.show_channels
			WHERE show_id = u.show_id COLLATE "C" AND channel = u.channel COLLATE "C"
			OFFSET 0
		) AS f
		OFFSET 0
	) AS k
	WHERE c.ctid = k.at
		AND c.show_id IS NOT DISTINCT FROM k.show_id COLLATE "C"
		AND c.channel IS NOT DISTINCT FROM k.channel COLLATE "C"
		AND c.key_hash IS NOT DISTINCT FROM k.seen_key_hash
		AND date_trunc('milliseconds', c.on_sale_from) IS NOT DISTINCT FROM k.seen_on_sale_from
		AND date_trunc('milliseconds', c.on_sale_until) IS NOT DISTINCT FROM k.seen_on_sale_until
		AND c.opens = string_to_array(k.seen_opens, E'\x01') COLLATE "C"
		AND c.exempt = k.seen_exempt
		AND c.version = k.seen_version
	RETURNING 1
)
SELECT holdfast.as_planned('channels', count(*), $15::int4) FROM done
