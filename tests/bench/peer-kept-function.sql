-- The same as a service promises that gives one answer to one Idempotency-Key: each request is looked
-- up first, and each decision is kept, refusals too, as holdfast keeps them.
CREATE FUNCTION holdfast.peer_kept(show text, seats text[], key text, client integer, i bigint)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
	id uuid := md5(key)::uuid;
	answer integer;
BEGIN
	SELECT code INTO answer FROM holdfast.decisions WHERE request_id = id AND content IS NOT NULL;
	IF FOUND THEN
		RETURN answer;
	END IF;
	answer := holdfast.peer_reserve(show, seats, client, i);
	IF answer <> 200 THEN
		INSERT INTO holdfast.decisions
			(partition, "offset", show_id, request_id, type, code, reason, decided_at, content, reply)
		VALUES (client, i, show, id, 'reserve', answer, 'SEATS_TAKEN', now(), uuid_send(id),
			'{"code":409,"reason":"SEATS_TAKEN"}');
	END IF;
	RETURN answer;
END
$$;
