WITH done AS (
	INSERT INTO holdfast.seat_places
		(show_id, seat_id, section, seat_row, pos, category, rank, flags, x, y, version)
	SELECT u.show_id, u.seat_id, u.section, u.seat_row, u.pos, u.category, u.rank,
		string_to_array(u.flags, ','), u.x, u.y, u.version
	FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int4[], $6::text[], $7::int4[],
			$8::text[], $9::int4[], $10::int4[], $11::int8[])
		AS u (show_id, seat_id, section, seat_row, pos, category, rank, flags, x, y, version)
	RETURNING 1
)
SELECT holdfast.as_planned('places added', count(*), $12::int4) FROM done
