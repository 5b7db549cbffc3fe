\set at :client_id * :share + 4 * :i
\set i :i + 1
\set n random(2, 4)
\set show 1 + :at / :show_seats
\set a 1 + :at % :show_seats
\set b :a + 1
\set c case when :n > 2 then :a + 2 else :a end
\set d case when :n > 3 then :a + 3 else :a end
BEGIN;
WITH done AS (
	UPDATE holdfast.show_seats
	SET status = 'reserved', reserved_until = now() + interval '600 s', reserved_by = r.id, taken_at = :i,
		version = :i
	FROM (SELECT gen_random_uuid() AS id OFFSET 0) AS r
	WHERE show_id = 'peer-' || :show::int
		AND seat_id = ANY (ARRAY['seat-' || :a::int, 'seat-' || :b::int, 'seat-' || :c::int, 'seat-' || :d::int])
		AND (status = 'available' OR (status = 'reserved' AND reserved_until <= now()))
	RETURNING reserved_by
)
SELECT count(*) AS taken, (array_agg(reserved_by))[1] AS id FROM done \gset
\if :taken = :n
INSERT INTO holdfast.seat_reservations
	(show_id, reservation_id, status, session_hash, created_at, reserved_until, request_offset)
VALUES ('peer-' || :show::int, :id::uuid, 'held', sha256(uuid_send(:id::uuid)), now(),
	now() + interval '600 s', :i);
INSERT INTO holdfast.reservation_seats (show_id, reservation_id, seat_id, place)
SELECT 'peer-' || :show::int, :id::uuid, 'seat-' || (:a::int + g), g FROM generate_series(0, :n::int - 1) AS g;
INSERT INTO holdfast.decisions
	(partition, "offset", show_id, request_id, type, code, reason, decided_at, content, reply)
VALUES (:client_id, :i, 'peer-' || :show::int, :id::uuid, 'reserve', 200, 'RESERVED', now(),
	uuid_send(:id::uuid), '{"code":200,"reason":"RESERVED"}');
COMMIT;
\else
ROLLBACK;
\endif
