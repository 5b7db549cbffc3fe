SELECT c.channel, c.key_hash IS NOT NULL, c.on_sale_from, c.on_sale_until, c.opens, c.exempt
FROM holdfast.show_channels AS c
WHERE c.show_id = $1::text COLLATE "C"
ORDER BY c.channel
