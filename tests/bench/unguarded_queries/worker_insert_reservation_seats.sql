INSERT INTO holdfast.reservation_seats (show_id, reservation_id, seat_id, place)
SELECT u.show_id, u.reservation_id, u.seat_id, u.place
FROM unnest($1::text[], $2::uuid[], $3::text[], $4::int4[]) AS u (show_id, reservation_id, seat_id, place)
