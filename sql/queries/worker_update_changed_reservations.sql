-- Reservations of which what is in them changes, and whatever else of them; all else is as in
-- worker_update_reservations.
WITH done AS (
	UPDATE holdfast.seat_reservations AS r
	SET status = k.status, reserved_until = k.reserved_until, ended_at = k.ended_at, places = k.places,
		area_places = k.area_places
	FROM (
		SELECT u.*, f.at
		FROM unnest($1::text[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[],
				$6::text[], $7::timestamptz[], $8::int4[], $9::int4[], $10::int4[])
			AS u (show_id, reservation_id, status, reserved_until, ended_at,
				seen_status, seen_reserved_until, places, area_places, seen_places)
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
		AND r.places = k.seen_places
	RETURNING 1
)
SELECT holdfast.as_planned('reservations with what is in them', count(*), $11::int4) FROM done
