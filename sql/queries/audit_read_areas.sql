SELECT show_id, area_id, capacity, held, sold, channel, category, version
FROM holdfast.show_areas
WHERE (show_id, area_id) >= ($1::text COLLATE "C", $2::text COLLATE "C")
ORDER BY show_id, area_id
LIMIT 1000
