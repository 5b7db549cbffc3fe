SELECT show_id, reservation_id, area_id, count, place
FROM holdfast.reservation_areas
WHERE (show_id, reservation_id, area_id) >= ($1::text COLLATE "C", $2::uuid, $3::text COLLATE "C")
ORDER BY show_id, reservation_id, area_id
LIMIT 4000
