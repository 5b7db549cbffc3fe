\set at :client_id * :share + 4 * :i
\set i :i + 1
\set n random(2, 4)
\set show 1 + :at / :show_seats
\set a 1 + :at % :show_seats
SELECT holdfast.peer_reserve('peer-' || :show::int,
	(ARRAY['seat-' || :a::int, 'seat-' || (:a::int + 1), 'seat-' || (:a::int + 2), 'seat-' || (:a::int + 3)])[1 : :n::int],
	:client_id, :i);
