-- The key is looked up apart and compared again as in worker_update_seats.
WITH done AS (
	UPDATE holdfast.seat_reservations AS r
	SET status = k.status, reserved_until = k.reserved_until, ended_at = k.ended_at
	FROM (
		SELECT u.*, f.at
		FROM unnest($1::text[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[],
				$6::text[], $7::timestamptz[])
			AS u (show_id, reservation_id, status, reserved_until, ended_at,
				seen_status, seen_reserved_until)
		CROSS JOIN LATERAL (
			SELECT ctid AS at FROM holdfast.seat_reservations
			WHERE show_id = u.show_id COLLATE "C" AND reservation_id = u.reservation_id
			OFFSET 0
		) AS f
		OFFSET 0
	) AS k
	WHERE r.ctid = k.at
		AND r.show_id IS NOT DISTINCT FROM k.show_id COLLATE "C"
		AND r.reservation_id IS NOT DISTINCT FROM k.reservation_id
		AND r.status = k.seen_status COLLATE "C"
		AND date_trunc('milliseconds', r.reserved_until) = k.seen_reserved_until
	RETURNING 1
)
SELECT holdfast.as_planned('reservations', count(*), $8::int4) FROM done
