-- All of each show.
SELECT c.show_id, c.channel, c.key_hash, c.on_sale_from, c.on_sale_until, c.opens, c.exempt, c.version
FROM unnest($1::text[]) AS k (show_id)
CROSS JOIN LATERAL (
	SELECT * FROM holdfast.show_channels
	WHERE show_id = k.show_id COLLATE "C"
	OFFSET 0
) AS c
