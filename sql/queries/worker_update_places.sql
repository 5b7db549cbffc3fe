-- Only where a place still is as the plan saw it; as in worker_update_seats. Two seats may stand at one
-- place until the transaction ends.
WITH done AS (
	UPDATE holdfast.seat_places AS p
	SET section = k.section, seat_row = k.seat_row, pos = k.pos, category = k.category, rank = k.rank,
		flags = string_to_array(k.flags, ','), x = k.x, y = k.y, version = k.version
	FROM (
		SELECT u.*, f.at
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int4[], $6::text[], $7::int4[],
				$8::text[], $9::int4[], $10::int4[], $11::int8[],
				$12::text[], $13::text[], $14::int4[], $15::text[], $16::int4[],
				$17::text[], $18::int4[], $19::int4[], $20::int8[])
			AS u (show_id, seat_id, section, seat_row, pos, category, rank, flags, x, y, version,
				seen_section, seen_seat_row, seen_pos, seen_category, seen_rank, seen_flags, seen_x, seen_y,
				seen_version)
		CROSS JOIN LATERAL (
			SELECT ctid AS at FROM holdfast.seat_places
			WHERE show_id = u.show_id COLLATE "C" AND seat_id = u.seat_id COLLATE "C"
			OFFSET 0
		) AS f
		OFFSET 0
	) AS k
	WHERE p.ctid = k.at
		AND p.show_id IS NOT DISTINCT FROM k.show_id COLLATE "C"
		AND p.seat_id IS NOT DISTINCT FROM k.seat_id COLLATE "C"
		AND p.section IS NOT DISTINCT FROM k.seen_section COLLATE "C"
		AND p.seat_row IS NOT DISTINCT FROM k.seen_seat_row COLLATE "C"
		AND p.pos IS NOT DISTINCT FROM k.seen_pos
		AND p.category IS NOT DISTINCT FROM k.seen_category COLLATE "C"
		AND p.rank = k.seen_rank
		AND p.flags = string_to_array(k.seen_flags, ',') COLLATE "C"
		AND p.x IS NOT DISTINCT FROM k.seen_x
		AND p.y IS NOT DISTINCT FROM k.seen_y
		AND p.version = k.seen_version
	RETURNING 1
)
SELECT holdfast.as_planned('places', count(*), $21::int4) FROM done
