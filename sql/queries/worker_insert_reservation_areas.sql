WITH done AS (
	INSERT INTO holdfast.reservation_areas (show_id, reservation_id, area_id, count, place)
	SELECT u.show_id, u.reservation_id, u.area_id, u.count, u.place
	FROM unnest($1::text[], $2::uuid[], $3::text[], $4::int4[], $5::int4[])
		AS u (show_id, reservation_id, area_id, count, place)
	RETURNING 1
)
SELECT holdfast.as_planned('areas of reservations added', count(*), $6::int4) FROM done
