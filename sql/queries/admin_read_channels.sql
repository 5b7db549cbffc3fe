-- Those that were set, and those that seats are of. The last column: who sells its seats by `opens`.
SELECT coalesce(c.channel, t.channel), coalesce(c.key_hash IS NOT NULL, false),
	c.on_sale_from, c.on_sale_until, coalesce(c.opens, '{}'), coalesce(c.exempt, false),
	coalesce(t.seats, 0),
	ARRAY(SELECT o.channel FROM holdfast.show_channels AS o
		WHERE o.show_id = $1::text COLLATE "C" AND o.key_hash IS NOT NULL
			AND coalesce(c.channel, t.channel) = ANY (o.opens)
		ORDER BY o.channel)
FROM (SELECT * FROM holdfast.show_channels WHERE show_id = $1::text COLLATE "C") AS c
FULL JOIN (SELECT s.channel, count(*) AS seats FROM holdfast.show_seats AS s
	WHERE s.show_id = $1::text COLLATE "C" AND s.channel IS NOT NULL
	GROUP BY s.channel) AS t ON t.channel = c.channel
ORDER BY 1
