SELECT customer_hash, sum(places)::int8
FROM holdfast.seat_reservations
WHERE show_id = $1::text COLLATE "C" AND customer_hash >= ''::bytea AND status IN ('held', 'confirmed')
	AND status = 'confirmed'
GROUP BY customer_hash
ORDER BY customer_hash -- as the index of customers has them
LIMIT $2::int8
