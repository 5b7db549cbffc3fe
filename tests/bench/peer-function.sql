-- The peer's transaction as a function. It looks first, so that most refusals write nothing; then
-- locks the seats in order and looks again, so that no refusal has anything to undo.
CREATE FUNCTION holdfast.peer_reserve(show text, seats text[], client integer, i bigint) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
	id uuid := gen_random_uuid();
	taken integer;
BEGIN
	SELECT count(*) INTO taken FROM holdfast.show_seats
	WHERE show_id = show AND seat_id = ANY (seats)
		AND (status = 'available' OR (status = 'reserved' AND reserved_until <= now()));
	IF taken <> cardinality(seats) THEN
		RETURN 409;
	END IF;
	SELECT count(*) INTO taken FROM (
		SELECT 1 FROM holdfast.show_seats
		WHERE show_id = show AND seat_id = ANY (seats)
			AND (status = 'available' OR (status = 'reserved' AND reserved_until <= now()))
		ORDER BY seat_id
		FOR UPDATE
	) AS s;
	IF taken <> cardinality(seats) THEN
		RETURN 409;
	END IF;
	UPDATE holdfast.show_seats
	SET status = 'reserved', reserved_until = now() + interval '600 s', reserved_by = id, taken_at = i,
		version = i
	WHERE show_id = show AND seat_id = ANY (seats);
	INSERT INTO holdfast.seat_reservations
		(show_id, reservation_id, status, session_hash, created_at, reserved_until, request_offset)
	VALUES (show, id, 'held', sha256(uuid_send(id)), now(), now() + interval '600 s', i);
	INSERT INTO holdfast.reservation_seats (show_id, reservation_id, seat_id, place)
	SELECT show, id, s.seat, s.place - 1 FROM unnest(seats) WITH ORDINALITY AS s (seat, place);
	INSERT INTO holdfast.decisions
		(partition, "offset", show_id, request_id, type, code, reason, decided_at, content, reply)
	VALUES (client, i, show, id, 'reserve', 200, 'RESERVED', now(), uuid_send(id),
		'{"code":200,"reason":"RESERVED"}');
	RETURN 200;
END
$$;
