-- `opens` with U+0001, which is in no name, between the names.
WITH done AS (
	INSERT INTO holdfast.show_channels
		(show_id, channel, key_hash, on_sale_from, on_sale_until, opens, exempt, version)
	SELECT u.show_id, u.channel, u.key_hash, u.on_sale_from, u.on_sale_until,
		string_to_array(u.opens, E'\x01'), u.exempt, u.version
	FROM unnest($1::text[], $2::text[], $3::bytea[], $4::timestamptz[], $5::timestamptz[], $6::text[],
			$7::bool[], $8::int8[])
		AS u (show_id, channel, key_hash, on_sale_from, on_sale_until, opens, exempt, version)
	RETURNING 1
)
SELECT holdfast.as_planned('channels added', count(*), $9::int4) FROM done
