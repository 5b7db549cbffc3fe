-- The channel of a key, and how many seats the show has.
SELECT c.on_sale_from, c.on_sale_until,
	(SELECT count(*)::int4 FROM holdfast.show_seats AS s WHERE s.show_id = c.show_id)
FROM holdfast.show_channels AS c
WHERE c.show_id = $1::text COLLATE "C" AND c.key_hash = $2::bytea
