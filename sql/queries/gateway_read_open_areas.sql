-- Areas that the channel of a key opens.
SELECT a.area_id
FROM holdfast.show_areas AS a
JOIN holdfast.show_channels AS c ON c.show_id = a.show_id AND c.key_hash = $2::bytea
WHERE a.show_id = $1::text COLLATE "C"
	AND (a.channel = c.channel OR coalesce(a.channel, 'public') = ANY (c.opens))
ORDER BY a.show_id, a.area_id
