-- All seats of a show, in the order of their ids; gateway_read_places has their places in the same.
SELECT seat_id, status, channel IS NOT NULL, reserved_by, version
FROM holdfast.show_seats
WHERE show_id = $1::text COLLATE "C"
ORDER BY show_id, seat_id
