SELECT r.show_id, r.customer_hash, r.reservation_id, r.places
FROM unnest($1::text[], $2::bytea[]) AS k (show_id, customer_hash)
CROSS JOIN LATERAL (
	SELECT show_id, customer_hash, reservation_id,
		CASE status WHEN 'confirmed' THEN places END AS places
	FROM holdfast.seat_reservations
	WHERE show_id = k.show_id COLLATE "C" AND customer_hash = k.customer_hash
		AND status IN ('held', 'confirmed')
	OFFSET 0
) AS r
