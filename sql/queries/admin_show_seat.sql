SELECT t.status, t.reserved_until, t.channel, t.reserved_by, t.taken_at, t.reserved_until <= now(),
	r.created_at, r.ended_at, r.channel,
	p.section, p.seat_row, p.pos, p.category, p.rank, p.flags, p.x, p.y
FROM holdfast.show_seats AS t
LEFT JOIN holdfast.seat_places AS p ON p.show_id = t.show_id AND p.seat_id = t.seat_id
LEFT JOIN holdfast.seat_reservations AS r
	ON r.show_id = t.show_id AND r.reservation_id = t.reserved_by
WHERE t.show_id = $1::text COLLATE "C" AND t.seat_id = $2::text COLLATE "C"
