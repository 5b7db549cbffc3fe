-- All seats of a show, in the order of their ids; worker_read_whole_places has their places in the same.
SELECT seat_id, status, reserved_until, reserved_by, taken_at, version, channel
FROM holdfast.show_seats
WHERE show_id = $1::text COLLATE "C"
ORDER BY show_id, seat_id
