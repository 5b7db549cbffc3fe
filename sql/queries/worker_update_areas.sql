-- Counts and settings, one row an area whatever the batch did there: only where it still is as the plan saw
-- it; as in worker_update_seats.
WITH done AS (
	UPDATE holdfast.show_areas AS a
	SET capacity = k.capacity, held = k.held, sold = k.sold, channel = k.channel, category = k.category,
		version = k.version
	FROM (
		SELECT u.*, f.at
		FROM unnest($1::text[], $2::text[], $3::int4[], $4::int4[], $5::int4[], $6::text[], $7::text[],
				$8::int8[],
				$9::int4[], $10::int4[], $11::int4[], $12::text[], $13::text[], $14::int8[])
			AS u (show_id, area_id, capacity, held, sold, channel, category, version,
				seen_capacity, seen_held, seen_sold, seen_channel, seen_category, seen_version)
		CROSS JOIN LATERAL (
			SELECT ctid AS at FROM holdfast.show_areas
			WHERE show_id = u.show_id COLLATE "C" AND area_id = u.area_id COLLATE "C"
			OFFSET 0
		) AS f
		OFFSET 0
	) AS k
	WHERE a.ctid = k.at
		AND a.show_id IS NOT DISTINCT FROM k.show_id COLLATE "C"
		AND a.area_id IS NOT DISTINCT FROM k.area_id COLLATE "C"
		AND a.capacity = k.seen_capacity
		AND a.held = k.seen_held
		AND a.sold = k.seen_sold
		AND a.channel IS NOT DISTINCT FROM k.seen_channel COLLATE "C"
		AND a.category IS NOT DISTINCT FROM k.seen_category COLLATE "C"
		AND a.version = k.seen_version
	RETURNING 1
)
SELECT holdfast.as_planned('areas', count(*), $15::int4) FROM done
