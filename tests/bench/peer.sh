# shellcheck shell=bash
#
# peer.sh - what one would take instead: one transaction a request, straight to the database, by
# pgbench at several numbers of clients. The same server, tables and durability; statements prepared.
#
#   peer-*.sql           BEGIN, conditional UPDATE, look at the count, INSERTs, COMMIT or ROLLBACK
#   peer-*-function.sql  the same as one call of a function: one round trip a request

PEER_SECONDS=$(pick 2 8)

pgbench_program() {
	command -v pgbench || printf '%s\n' /usr/lib/postgresql/*/bin/pgbench | tail -n 1
}

# peer_seats NAME SHOWS SEATS [PREFIX] - of their names, which else begin with seat-
peer_seats() {
	new_database "$1"
	# No worker is there to be told of changes; the peer should not pay for counting them.
	sql "$(url_of "$1")" <<SQL
DROP TRIGGER hand_changes ON holdfast.shows;
DROP TRIGGER hand_changes ON holdfast.show_seats;
DROP TRIGGER hand_changes ON holdfast.seat_reservations;
DROP TRIGGER hand_changes ON holdfast.reservation_seats;
INSERT INTO holdfast.shows
SELECT 'peer-' || s, NULL, 600, 1800, 10, NULL, now(), 0 FROM generate_series(1, $2) AS s;
INSERT INTO holdfast.show_seats (show_id, seat_id, version)
SELECT 'peer-' || s, '${4:-seat-}' || n, 0 FROM generate_series(1, $2) AS s, generate_series(1, $3) AS n;
VACUUM ANALYZE holdfast.show_seats;
SQL
	sql "$(url_of "$1")" -f tests/bench/peer-function.sql -f tests/bench/peer-kept-function.sql
}

peer_prepare() {
	need onsale accepted
	peer_seats peer.onsale 1 "$ONSALE_SEATS"
	peer_seats peer.accepted "$ACCEPTED_SHOWS" "$ACCEPTED_SHOW_SEATS"
}

# peer_one WORKLOAD SCRIPT CLIENTS METRIC
peer_one() {
	local seats=$ONSALE_SEATS postgres used said done_count granted
	[[ $1 == onsale ]] || seats=$((ACCEPTED_SHOWS * ACCEPTED_SHOW_SEATS))
	new_database peer.run "peer.$1"
	postgres=$(cpu_postgres)
	TIMEFORMAT='%U %S'
	{ time said=$("$(pgbench_program)" -n -M prepared -c "$3" -j "$(($3 > 1 ? 2 : 1))" -T "$PEER_SECONDS" \
		-D i=0 -D seats="$seats" -D share=$((seats / $3)) -D show_seats="$ACCEPTED_SHOW_SEATS" \
		-f "tests/bench/$2.sql" "$(url_of peer.run)" 2>>"$LOGS/pgbench.log"); } 2>"$TMP/time" ||
		die "pgbench failed"
	printf '%s\n' "$said" >>"$LOGS/pgbench.log"
	done_count=$(sed -n 's/^number of transactions actually processed: \([0-9]*\).*/\1/p' <<<"$said")
	record "$4" "$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' <<<"$said")"
	used=$(awk '{ print $1 + $2 }' "$TMP/time")
	record "$4.cpu_us" "$(calculate "($(cpu_postgres) - $postgres + $used) * 1e6 / $done_count")"
	if [[ $1 == accepted ]]; then
		granted=$(sql "$(url_of peer.run)" -c 'SELECT count(*) FROM holdfast.decisions')
		record "$4.granted" "$(calculate "$granted / $done_count")"
	fi
	drop_database peer.run
}

peer_run() {
	local workload clients
	for workload in onsale accepted; do
		for clients in $(pick 8 '1 8 32'); do
			peer_one $workload peer-$workload "$clients" "peer.$workload.$clients.rate"
		done
		if ((REP == 1)) || ! $IS_QUICK; then
			peer_one $workload peer-$workload-function 8 "peer.$workload.function.rate"
		fi
	done
}
