SELECT title, hold_seconds, max_hold_seconds, max_seats, on_sale_from, on_sale_until, closed, version
FROM holdfast.shows
WHERE show_id = $1::text COLLATE "C"
