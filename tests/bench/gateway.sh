# shellcheck shell=bash
# shellcheck disable=SC2154 # started: see lib.sh
#
# gateway.sh - what HTTP in front of the topics costs: how much longer customers wait than where the
# same requests are published by the load generator, in turns; how many answers a second there are at
# most, with client, gateway, worker, database and broker on the same cores; the gateway's processor
# time an answer, and its memory. Beside it what one would take instead: one function call in PostgreSQL
# a request behind the same door (web_peer.c), with several numbers of connections to the database; and
# for the on-sale the same without what makes one Idempotency-Key have one answer. And what of the
# gateway's processor time is the kernel's, whoever answers: web_floor.c, asked by the same load.

GATEWAY_SECONDS=$(pick 3 15)
GATEWAY_RATE=$(pick 500 2000)
GATEWAY_SEATS=$(pick 2000 20000)
GATEWAY_CONNECTIONS=512
GATEWAY_SHOWS=$(pick 4 12) # of the load that is granted whole
GATEWAY_PEER_SECONDS=$(pick 2 5)
GATEWAY_PEER_DEPTH=16 # requests under way of a connection to the database
GATEWAY_FLOOR_SECONDS=$(pick 1 5)
GATEWAY_KEY=bench-key-0123456789abcdef

gateway_prepare() {
	peer_seats peer.web.onsale 1 "$GATEWAY_SEATS" A
	peer_seats peer.web.accepted "$GATEWAY_SHOWS" "$GATEWAY_SEATS" A
}

gateway_address() { sed -n 's/.*msg=serving listen=\([^ ]*\).*/\1/p' "$LOGS/$1.holdfast-gateway.log"; }
is_listening() { [[ -n $(gateway_address "$1") ]]; }

# web_load NAME SHOW RATE SECONDS [SHOWS] - leaves $OUT/NAME.txt
web_load() {
	"$B/tests/bench/web_load" "$address" "$GATEWAY_KEY" "$2" "$GATEWAY_SEATS" "$3" "$4" \
		"$GATEWAY_CONNECTIONS" "${5:-0}" >"$OUT/$1.txt" || die "the load by HTTP failed: see $OUT/$1.txt"
}

is_peer_listening() { grep -q '^listen ' "$LOGS/web_peer.log"; }

# gateway_peer WORKLOAD CONNECTIONS SHOWS kept|unkept
gateway_peer() {
	local peer address name=gateway.peer.$1.$4.$2
	new_database peer.run "peer.web.$1"
	: >"$LOGS/web_peer.log"
	DATABASE_URL=$(url_of peer.run) "$B/tests/bench/web_peer" 127.0.0.1:0 "$2" "$GATEWAY_PEER_DEPTH" "$4" \
		>"$LOGS/web_peer.log" 2>&1 &
	peer=$!
	running+=("$peer")
	wait_until is_peer_listening
	address=$(sed -n 's/^listen //p' "$LOGS/web_peer.log")
	web_load "$name.$REP" peer"$([[ $1 == accepted ]] || echo -1)" 0 "$GATEWAY_PEER_SECONDS" "$3"
	record "$name.rate" "$(value_of rate <"$OUT/$name.$REP.txt")"
	record "$name.granted" "$(calculate "$(value_of ok <"$OUT/$name.$REP.txt") / \
		$(value_of answers <"$OUT/$name.$REP.txt")")"
	kill "$peer"
	wait "$peer" 2>/dev/null || true
	drop_database peer.run
}

# gateway_show NAME SHOW - a show of GATEWAY_SEATS seats
gateway_show() {
	seq -f 'A%.0f' 1 "$GATEWAY_SEATS" |
		with "$1" "$B/holdfast-admin" show create "$2" --seats=- >/dev/null 2>>"$LOGS/admin.log"
}

is_floor_listening() { grep -q '^listen ' "$LOGS/web_floor.log"; }

# gateway_floor NAME LISTEN BYTES - the kernel alone, at the rate that the gateway had
gateway_floor() {
	local floor before address name=gateway.floor.$1
	: >"$LOGS/web_floor.log"
	"$B/tests/bench/web_floor" "$2" "$3" >"$LOGS/web_floor.log" 2>&1 &
	floor=$!
	running+=("$floor")
	wait_until is_floor_listening
	address=$(sed -n 's/^listen //p' "$LOGS/web_floor.log")
	before=$(cpu_of "$floor")
	web_load "$name.$REP" none "$(last gateway.most.rate)" "$GATEWAY_FLOOR_SECONDS"
	record "$name.cpu_us" "$(calculate "($(cpu_of "$floor") - $before) * 1e6 / \
		$(value_of answers <"$OUT/$name.$REP.txt")")"
	kill "$floor"
	wait "$floor" 2>/dev/null || true
}

# gateway_socket PIPELINE - at a Unix socket, as behind a proxy on the same machine
gateway_socket() {
	local gateway before address=unix:$TMP/gateway.sock
	start "$1" "$B/holdfast-gateway" --listen="$address" --keys="$TMP/keys" --key-requests=0 \
		--in-flight-max=65536 --partition-in-flight-max=0 --reply-timeout-ms=60000
	gateway=$started
	wait_until is_listening "$1"
	gateway_show "$1" "unix-$REP"
	before=$(cpu_of "$gateway")
	web_load "gateway.unix.$REP" "unix-$REP" 0 "$GATEWAY_SECONDS"
	record gateway.unix.rate "$(value_of rate <"$OUT/gateway.unix.$REP.txt")"
	record gateway.unix.cpu_us "$(calculate "($(cpu_of "$gateway") - $before) * 1e6 / \
		$(value_of answers <"$OUT/gateway.unix.$REP.txt")")"
	stop "$gateway"
}

gateway_run() {
	local name=gateway.$REP address gateway worker before part i ready direct=$OUT/gateway.direct.$REP.json
	new_pipeline "$name"
	start_worker "$name"
	worker=$started
	printf 'bench checkout %s *\n' "$(printf %s "$GATEWAY_KEY" | sha256sum | cut -d' ' -f1)" >"$TMP/keys"
	chmod 600 "$TMP/keys"
	start "$name" "$B/holdfast-gateway" --listen=127.0.0.1:0 --keys="$TMP/keys" --key-requests=0 \
		--in-flight-max=65536 --partition-in-flight-max=0 --reply-timeout-ms=60000
	gateway=$started
	wait_until is_listening "$name"
	address=$(gateway_address "$name")
	ready=$(calculate "$(memory_kb "$gateway" VmHWM) / 1024")
	gateway_show "$name" "http-$REP"
	gateway_show "$name" "most-$REP"
	load "$name" --show-prefix="direct-$REP" --create --seats-per-show="$GATEWAY_SEATS" \
		--rate="$GATEWAY_RATE" --seconds="$GATEWAY_SECONDS" --kafka.linger.ms=1 --timeout-ms=60000 \
		--json >"$direct" || die "the load failed"
	web_load "gateway.http.$REP" "http-$REP" "$GATEWAY_RATE" "$GATEWAY_SECONDS"
	for part in p50 p99; do
		record "gateway.direct.$part" "$(json_of "$direct" latency_ms due_to_reply $part)"
		record "gateway.http.$part" "$(value_of $part <"$OUT/gateway.http.$REP.txt")"
	done
	before=$(cpu_of "$gateway")
	web_load "gateway.most.$REP" "most-$REP" 0 "$GATEWAY_SECONDS"
	record gateway.most.rate "$(value_of rate <"$OUT/gateway.most.$REP.txt")"
	record gateway.most.cpu_us "$(calculate "($(cpu_of "$gateway") - $before) * 1e6 / \
		$(value_of answers <"$OUT/gateway.most.$REP.txt")")"
	record gateway.ready.rss_mb "$ready"
	record gateway.most.rss_mb "$(calculate "$(memory_kb "$gateway" VmHWM) / 1024")"
	for ((i = 1; i <= GATEWAY_SHOWS; i++)); do gateway_show "$name" "all-$REP-$i"; done
	web_load "gateway.accepted.$REP" "all-$REP" 0 "$GATEWAY_PEER_SECONDS" "$GATEWAY_SHOWS"
	record gateway.accepted.rate "$(value_of rate <"$OUT/gateway.accepted.$REP.txt")"
	record gateway.accepted.granted "$(calculate "$(value_of ok <"$OUT/gateway.accepted.$REP.txt") / \
		$(value_of answers <"$OUT/gateway.accepted.$REP.txt")")"
	stop "$gateway"
	gateway_socket "$name"
	stop "$worker"
	part=$(value_of bytes <"$OUT/gateway.most.$REP.txt")
	gateway_floor tcp 127.0.0.1:0 "$part"
	gateway_floor unix "unix:$TMP/floor.sock" "$part"
	rm -f "$TMP/floor.sock"
	drop_pipeline "$name"
	for i in $(pick 8 '4 8 16 32'); do
		gateway_peer onsale "$i" 0 kept
		gateway_peer onsale "$i" 0 unkept
		gateway_peer accepted "$i" "$GATEWAY_SHOWS" kept
	done
}
