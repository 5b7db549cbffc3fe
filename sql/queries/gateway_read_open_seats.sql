-- Seats that the channel of a key opens, and where each stands among all of the show's.
SELECT s.seat_id, s.at
FROM (
	SELECT seat_id, channel, (row_number() OVER (ORDER BY seat_id) - 1)::int4 AS at
	FROM holdfast.show_seats
	WHERE show_id = $1::text COLLATE "C"
) AS s
JOIN holdfast.show_channels AS c ON c.show_id = $1::text COLLATE "C" AND c.key_hash = $2::bytea
WHERE s.channel = c.channel OR coalesce(s.channel, 'public') = ANY (c.opens)
ORDER BY s.at
