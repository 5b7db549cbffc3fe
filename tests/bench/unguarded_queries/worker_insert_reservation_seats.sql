INSERT INTO holdfast.reservation_seats (show_id, reservation_id, seat_id, place)
SELECT unnest($1::text[]), unnest($2::uuid[]), unnest($3::text[]), unnest($4::int4[])
