WITH done AS (
	INSERT INTO holdfast.show_areas (show_id, area_id, capacity, held, sold, channel, category, version)
	SELECT u.show_id, u.area_id, u.capacity, u.held, u.sold, u.channel, u.category, u.version
	FROM unnest($1::text[], $2::text[], $3::int4[], $4::int4[], $5::int4[], $6::text[], $7::text[], $8::int8[])
		AS u (show_id, area_id, capacity, held, sold, channel, category, version)
	RETURNING 1
)
SELECT holdfast.as_planned('areas added', count(*), $9::int4) FROM done
