-- Those that were set, and those that seats or areas are of. The last but one column: who sells its
-- places by `opens`.
SELECT coalesce(c.channel, t.channel), coalesce(c.key_hash IS NOT NULL, false),
	c.on_sale_from, c.on_sale_until, coalesce(c.opens, '{}'), coalesce(c.exempt, false),
	coalesce(t.seats, 0)::int8,
	ARRAY(SELECT o.channel FROM holdfast.show_channels AS o
		WHERE o.show_id = $1::text COLLATE "C" AND o.key_hash IS NOT NULL
			AND coalesce(c.channel, t.channel) = ANY (o.opens)
		ORDER BY o.channel),
	coalesce(t.places, 0)::int8
FROM (SELECT * FROM holdfast.show_channels WHERE show_id = $1::text COLLATE "C") AS c
FULL JOIN (SELECT channel, sum(seat) AS seats, sum(place) AS places
	FROM (SELECT s.channel, 1 AS seat, 0 AS place FROM holdfast.show_seats AS s
			WHERE s.show_id = $1::text COLLATE "C" AND s.channel IS NOT NULL
		UNION ALL
		SELECT a.channel, 0, a.capacity FROM holdfast.show_areas AS a
			WHERE a.show_id = $1::text COLLATE "C" AND a.channel IS NOT NULL) AS of_channel
	GROUP BY channel) AS t ON t.channel = c.channel
ORDER BY 1
