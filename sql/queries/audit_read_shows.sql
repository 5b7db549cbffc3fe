SELECT show_id, title, hold_seconds, max_hold_seconds, max_seats, owner_hash, created_at, created_offset
FROM holdfast.shows
WHERE show_id >= $1::text COLLATE "C"
ORDER BY show_id
LIMIT 1000
