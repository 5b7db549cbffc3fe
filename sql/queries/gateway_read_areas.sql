SELECT area_id, category, capacity, held, sold, channel IS NOT NULL, version
FROM holdfast.show_areas
WHERE show_id = $1::text COLLATE "C"
ORDER BY show_id, area_id
