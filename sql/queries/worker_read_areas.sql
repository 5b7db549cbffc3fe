-- All of each show.
SELECT a.show_id, a.area_id, a.capacity, a.held, a.sold, a.channel, a.category, a.version
FROM unnest($1::text[]) AS k (show_id)
CROSS JOIN LATERAL (
	SELECT * FROM holdfast.show_areas
	WHERE show_id = k.show_id COLLATE "C"
	OFFSET 0
) AS a
