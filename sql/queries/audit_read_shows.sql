SELECT show_id, rules, title, hold_seconds, max_hold_seconds, max_seats, on_sale_from, on_sale_until, closed,
	singles, max_customer_seats, max_customer_holds, version, owner_hash, created_at, created_offset
FROM holdfast.shows
WHERE show_id >= $1::text COLLATE "C"
ORDER BY show_id
LIMIT 1000
