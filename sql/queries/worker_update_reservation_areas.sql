-- As in worker_update_seats.
WITH done AS (
	UPDATE holdfast.reservation_areas AS m
	SET count = k.count, place = k.place
	FROM (
		SELECT u.*, f.at
		FROM unnest($1::text[], $2::uuid[], $3::text[], $4::int4[], $5::int4[], $6::int4[], $7::int4[])
			AS u (show_id, reservation_id, area_id, count, place, seen_count, seen_place)
		CROSS JOIN LATERAL (
			SELECT ctid AS at FROM holdfast.reservation_areas
			WHERE show_id = u.show_id COLLATE "C" AND reservation_id = u.reservation_id
				AND area_id = u.area_id COLLATE "C"
			OFFSET 0
		) AS f
		OFFSET 0
	) AS k
	WHERE m.ctid = k.at
		AND m.show_id IS NOT DISTINCT FROM k.show_id COLLATE "C"
		AND m.reservation_id IS NOT DISTINCT FROM k.reservation_id
		AND m.area_id IS NOT DISTINCT FROM k.area_id COLLATE "C"
		AND m.count = k.seen_count
		AND m.place = k.seen_place
	RETURNING 1
)
SELECT holdfast.as_planned('areas of reservations', count(*), $8::int4) FROM done
