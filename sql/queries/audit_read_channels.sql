SELECT show_id, channel, key_hash, on_sale_from, on_sale_until, array_to_json(opens)::text, exempt, version
FROM holdfast.show_channels
WHERE (show_id, channel) >= ($1::text COLLATE "C", $2::text COLLATE "C")
ORDER BY show_id, channel
LIMIT 1000
