\set i :i + 1
\set n random(2, 4)
\set a random(1, :seats - 3)
SELECT holdfast.peer_reserve('peer-1',
	(ARRAY['seat-' || :a::int, 'seat-' || (:a::int + 1), 'seat-' || (:a::int + 2), 'seat-' || (:a::int + 3)])[1 : :n::int],
	:client_id, :i);
