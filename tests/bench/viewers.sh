# shellcheck shell=bash
# shellcheck disable=SC2154 # started, GATEWAY_KEY, drained, cpu_worker_us: see lib.sh and gateway.sh
#
# viewers.sh - what the live map costs: memory for each viewer, processor time while nothing changes
# and for each frame delivered, how late changes come, what others wait meanwhile, and what an on-sale
# notices of it. Each row is judged by its viewers, too: their maps are the rows' in the end, all the
# same, and nobody was sent back. The viewers are as many other machines in life: here they have what all
# others leave of the processors, and a frame has come when the kernel has it. Beside it,
# given the frames that the gateway sent: a loop that sends them and does nothing else (bare.c), and nginx
# with nchan, where that can be had.

VIEWERS_MANY=$(pick 500 19850) # a process has 20,000 open files
VIEWERS_BUSY=$(pick 500 10000)
VIEWERS_ONSALE=$(pick 500 5000)
VIEWERS_FIRST=$(pick 100 1000)
VIEWERS_CUT=$(pick 200 2500)
VIEWERS_CUTS=$(pick 800 10000) # 400 a second
VIEWERS_SEATS=$(pick 2000 20000)
VIEWERS_IDLE_S=$(pick 2 50)    # two heartbeats
VIEWERS_BUSY_S=$(pick 3 90)  # longer than a viewer may be silent
VIEWERS_PROBE_S=$(pick 2 20)
VIEWERS_RATE=500
VIEWERS_PROBES=50              # a second, of each kind
VIEWERS_ONSALE_REQUESTS=$(pick 20000 200000)
VIEWERS_FILES=20000

has_nchan=false

viewers_prepare() {
	((VIEWERS_MANY < 1000)) || (ulimit -n "$VIEWERS_FILES") 2>/dev/null ||
		die "viewers: $VIEWERS_FILES open files a process are needed: see ulimit -n"
	if command -v apt-get >/dev/null && tests/web/install nginx nchan; then
		has_nchan=true
	else
		note "nginx with nchan cannot be had: the gateway is measured alone"
	fi
}

# ---- shows, gateways, viewers ----------------------------------------------------------------

# viewers_show PIPELINE SHOW PREFIX - seats are named as the load generator's, or as web_load's.
viewers_show() {
	seq -f "$3%.0f" 1 "$VIEWERS_SEATS" |
		with "$1" "$B/holdfast-admin" show create "$2" --seats=- >/dev/null 2>>"$LOGS/admin.log"
}

# rows_of SHOW - a character a seat, as the live map has them.
rows_of() {
	sql "$(url_of "$pipeline")" -c "SELECT string_agg(CASE status::text WHEN 'sold' THEN 's'
		WHEN 'reserved' THEN 'r' ELSE '.' END, '' ORDER BY seat_id COLLATE \"C\")
		FROM holdfast.show_seats WHERE show_id = '$1'"
}

# start_viewed NAME [LISTEN [OPTION...]] - a gateway of the pipeline; sets `gateway` and `address`. Its
# log is that of its start alone.
start_viewed() {
	start "$pipeline" "$B/holdfast-gateway" --listen="${2:-127.0.0.1:0}" --keys="$TMP/keys" \
		--metrics-listen=127.0.0.1:0 --address-viewers=0 --key-requests=0 --drain-ms=1000 "${@:3}"
	gateway=$started
	wait_until is_viewed
	address=$(gateway_address "$pipeline")
}
is_viewed() {
	is_alive "$gateway"
	is_listening "$pipeline"
}
is_alive() { kill -0 "$1" 2>/dev/null || die "a gateway is gone: see $LOGS/"; }

# map_loads - of the gateway that was started last.
map_loads() {
	local port fd
	port=$(sed -n 's/.*msg=metrics address=127.0.0.1:\([0-9]*\).*/\1/p' \
		"$LOGS/$pipeline.holdfast-gateway.log")
	exec {fd}<>"/dev/tcp/127.0.0.1/$port"
	printf 'GET /metrics HTTP/1.0\r\n\r\n' >&"$fd"
	value_of holdfast_gateway_map_loads_total <&"$fd"
	exec {fd}>&-
}

# pss_mb PID... - memory of them all, what they share counted once.
pss_mb() {
	local pid
	for pid; do cat "/proc/$pid/smaps_rollup"; done |
		awk '$1 == "Pss:" { sum += $2 } END { print sum / 1024 }'
}
# cpu_of_all PID... - seconds.
cpu_of_all() {
	local pid sum=0
	for pid; do sum="$sum + $(cpu_of "$pid")"; done
	calculate "$sum"
}

# watch_map NAME ADDRESSES TARGET COUNT [OPTION...] - in the background, until all have their maps; sets
# `watchers`. watch_end lets them come to their end.
watch_map() {
	local name=$1 addresses=$2 target=$3 count=$4 times=()
	shift 4
	[[ ! -e $TMP/$name.times ]] || times=("$TMP/$name.times")
	: >"$OUT/$name.txt"
	[[ $target != /api/* ]] || set -- "$@" --map="$TMP/map"
	"$B/tests/bench/viewers" "$@" "$addresses" "$target" "$count" "${times[@]}" >"$OUT/$name.txt" \
		2>"$LOGS/$name.log" &
	watchers=$!
	running+=("$watchers")
	wait_until are_ready "$name"
}
are_ready() {
	kill -0 "$watchers" 2>/dev/null || die "the viewers failed: see $LOGS/$1.log"
	grep -q ready "$OUT/$1.txt"
}
# watch_end NAME [SHOW] - SHOW: whose rows are what they are to see in the end; nothing changes any more.
watch_end() {
	[[ -z ${2:-} ]] || rows_of "$2" >"$TMP/map"
	kill -TERM "$watchers"
	await "$watchers" || die "a viewer was shown less than all: see $LOGS/$1.log"
	is_alive "$gateway"
}
seen_by() { value_of "viewers.$2" <"$OUT/$1.txt"; }

live_of() { printf '/api/seat-map/live?show_id=%s\n' "$1"; }

# change_seats SHOW_PREFIX SECONDS
change_seats() {
	load "$pipeline" --show-prefix="$1" --seats-per-show="$VIEWERS_SEATS" --seats-per-request=1 \
		--mix=reserve:60,release:40 --rate="$VIEWERS_RATE" --seconds="$2" --kafka.linger.ms=1 \
		--timeout-ms=60000 >/dev/null || die "the load failed"
}

# ---- rows -------------------------------------------------------------------------------------

first_maps() {
	local name=viewers.first.$REP before
	watch_map "$name" "$address" "$(live_of "first-$REP")" 1
	record viewers.first_ms "$(seen_by "$name" join_ms)"
	watch_end "$name" "first-$REP"
	before=$(map_loads)
	watch_map "$name" "$address" "$(live_of "once-$REP")" "$VIEWERS_FIRST"
	record viewers.first.all_ms "$(seen_by "$name" join_ms)"
	record viewers.first.queries "$(($(map_loads) - before))"
	watch_end "$name" "once-$REP"
}

many_viewers() {
	local name=viewers.many.$REP before memory
	watch_map "$name" "$address" "$(live_of "seats-$REP-1")" 1
	watch_end "$name" "seats-$REP-1"
	memory=$(pss_mb "$gateway")
	record viewers.ready_mb "$memory"
	watch_map "$name" "$address" "$(live_of "seats-$REP-1")" "$VIEWERS_MANY"
	before=$(cpu_of "$gateway")
	sleep "$VIEWERS_IDLE_S"
	record viewers.idle_cores "$(calculate "($(cpu_of "$gateway") - $before) / $VIEWERS_IDLE_S")"
	record viewers.bytes "$(calculate "($(pss_mb "$gateway") - $memory) * 1048576 / $VIEWERS_MANY")"
	watch_end "$name" "seats-$REP-1"
}

# busy_viewers KEY SHOW_PREFIX SECONDS [OPTION...] - changes while they watch.
busy_viewers() {
	local key=viewers.$1 name=viewers.$1.$REP shows=$2 seconds=$3 before memory since
	shift 3
	: >"$TMP/$name.times"
	watch_map "$name" "$address" "$(live_of "$shows-1")" "$VIEWERS_BUSY" "$@"
	before=$(cpu_of "$gateway")
	memory=$(pss_mb "$gateway")
	since=$(now_ms)
	change_seats "$shows" "$seconds"
	record "$key.memory_mb" "$(calculate "$(pss_mb "$gateway") - $memory")"
	"$B/tests/bench/times" "$pipeline.events" | awk -v since="$since" '$2 >= since' >"$TMP/$name.times" ||
		die "the events cannot be read"
	watch_end "$name" "$shows-1"
	record "$key.frame_us" \
		"$(calculate "($(cpu_of "$gateway") - $before) * 1e6 / $(seen_by "$name" frames)")"
	record "$key.pace" "$(seen_by "$name" pace)"
	record "$key.read_p50" "$(seen_by "$name" late_read_p50_ms)"
	record "$key.read_p99" "$(seen_by "$name" late_read_p99_ms)"
	record "$key.late_p50" "$(seen_by "$name" late_p50_ms)"
	record "$key.late_p99" "$(seen_by "$name" late_p99_ms)"
	record "$key.idle_closed" "$(seen_by "$name" idle_closed)"
}

# At a Unix socket, as behind a proxy on the same machine. There the kernel does not say when a frame
# came. In the other show hardly a seat is left to change by now.
socket_viewers() {
	start_viewed "$pipeline" "unix:$TMP/viewers.sock"
	busy_viewers unix "socket-$REP" "$VIEWERS_PROBE_S"
	stop "$gateway"
}

# probe KEY - what others wait while seats change: for a map from memory, and for a reserve.
probe() {
	local name=viewers.$1.$REP probes=() kind
	change_seats "seats-$REP" "$VIEWERS_PROBE_S" &
	probes+=($!)
	"$B/tests/bench/web_load" --get="/api/seat-map?show_id=once-$REP" "$address" - - 0 "$VIEWERS_PROBES" \
		"$VIEWERS_PROBE_S" 8 >"$OUT/$name.get.txt" &
	probes+=($!)
	"$B/tests/bench/web_load" "$address" "$GATEWAY_KEY" "http-$REP" "$VIEWERS_SEATS" "$VIEWERS_PROBES" \
		"$VIEWERS_PROBE_S" 32 >"$OUT/$name.reserve.txt" &
	probes+=($!)
	for kind in load get reserve; do
		wait "${probes[0]}" || die "a probe failed: $kind, see $OUT/$name.$kind.txt"
		probes=("${probes[@]:1}")
	done
	for kind in get reserve; do
		record "viewers.$1.${kind}_p99" "$(value_of p99 <"$OUT/$name.$kind.txt")"
	done
}

probes() {
	local name=viewers.probes.$REP
	probe quiet
	watch_map "$name" "$address" "$(live_of "seats-$REP-1")" "$VIEWERS_BUSY"
	probe beside
	watch_end "$name" "seats-$REP-1"
}

# Two gateways, of which one is killed and one is ended meanwhile, and both come back.
cuts() {
	local name=viewers.cuts.$REP one=$gateway here=$address other there changes wait_s
	wait_s=$((VIEWERS_CUTS / 400 / 3))
	start_viewed "$pipeline"
	other=$gateway there=$address
	watch_map "$name" "$here,$there" "$(live_of "seats-$REP-1")" "$VIEWERS_CUT" --cuts="$VIEWERS_CUTS"
	change_seats "seats-$REP" $((VIEWERS_CUTS / 400 + 1)) &
	changes=$!
	sleep "$wait_s"
	kill -KILL "$other"
	await "$other" 2>/dev/null || true # its end is said there, too
	start_viewed "$pipeline" "$there"
	other=$gateway
	sleep "$wait_s"
	stop "$one"
	start_viewed "$pipeline" "$here"
	wait "$changes" || die "the load failed"
	sleep 2 # the last of the cuts
	watch_end "$name" "seats-$REP-1"
	is_alive "$other"
	record viewers.resumes "$(seen_by "$name" resumes)"
	record viewers.needless "$(seen_by "$name" needless)"
	stop "$other"
}

# ---- beside an on-sale --------------------------------------------------------------------------

# drain_onsale alone|watched - the gateway has its replies on a topic of its own, as where many clients
# have theirs on that of all: it is that of the pipeline before, which has come to rest.
drain_onsale() {
	local replies=$pipeline.replies
	local pipeline=viewers.onsale.$1.$REP name=viewers.onsale.$1.$REP gateway address watchers before
	new_pipeline "$pipeline"
	start_worker "$pipeline"
	viewers_show "$pipeline" "sale-$REP-1" seat-
	stop "$started"
	preload "$pipeline" --show-prefix="sale-$REP" --seats-per-show="$VIEWERS_SEATS" \
		--requests="$VIEWERS_ONSALE_REQUESTS"
	if [[ $1 == watched ]]; then
		start_viewed "$pipeline" 127.0.0.1:0 --reply-topic="$replies"
		watch_map "$name" "$address" "$(live_of "sale-$REP-1")" "$VIEWERS_ONSALE"
		before=$(cpu_of "$gateway")
	fi
	drain "$pipeline" "$B/holdfast-worker"
	record "viewers.onsale.$1.cpu_worker_us" "$cpu_worker_us"
	record "viewers.onsale.$1.rate" "$(value_of rate <<<"$drained")"
	if [[ $1 == watched ]]; then
		watch_end "$name" "sale-$REP-1"
		record viewers.onsale.cores "$(calculate "($(cpu_of "$gateway") - $before) * 1000 / \
			($(value_of last_ms <<<"$drained") - $(value_of first_ms <<<"$drained"))")"
		record viewers.onsale.pace "$(seen_by "$name" pace)"
		stop "$gateway"
	fi
	drop_pipeline "$pipeline"
}

# ---- the same frames ------------------------------------------------------------------------------

is_bare_ready() { grep -q "^$2 " "$OUT/$1.txt"; }

# bare NAME [unix:PATH]
bare() {
	local frames=$TMP/viewers.busy.$REP.frames name=viewers.$1.$REP gateway watchers
	: >"$OUT/$name.txt"
	"$B/tests/bench/bare" "$frames" "$VIEWERS_BUSY" "$VIEWERS_PROBE_S" "${@:2}" >"$OUT/$name.txt" \
		2>"$LOGS/$name.log" &
	gateway=$!
	running+=("$gateway")
	wait_until is_bare_ready "$name" listen
	watch_map "$name.viewers" "$(value_of listen <"$OUT/$name.txt")" / "$VIEWERS_BUSY"
	wait_until is_bare_ready "$name" bare.frame_us
	watch_end "$name.viewers"
	record "viewers.$1.frame_us" "$(value_of bare.frame_us <"$OUT/$name.txt")"
	kill "$gateway"
	await "$gateway" || true # it has no other end
}

# ---- nginx with nchan ---------------------------------------------------------------------------

free_port() {
	python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}
is_accepting() { (: <"/dev/tcp/${1%:*}/${1#*:}") 2>/dev/null; }

start_nchan() {
	local cache folder=$TMP/nchan
	cache=$(realpath -m "${HOLDFAST_CACHE_DIR:-.cache}")/web
	address=127.0.0.1:$(free_port)
	mkdir -p "$folder"
	sed -e "s|@USER@|$(id -un) $(id -gn)|" -e "s|@ADDRESS@|$address|; s|@FOLDER@|$folder|; s|@MODULES@|$cache/nchan|" \
		-e "s|@FILES@|$VIEWERS_FILES|" tests/bench/nchan.conf >"$folder/nginx.conf"
	"$cache/nginx/nginx" -p "$folder" -c "$folder/nginx.conf" 2>"$LOGS/nchan.log" &
	nginx=$!
	running+=("$nginx")
	wait_until is_accepting "$address"
}
nchan_processes() { cat "/proc/$nginx/task/$nginx/children" && echo "$nginx"; }

# The same viewers, and the frames that the gateway sent them. What they begin with has no names of
# seats, 20 KB instead of 220: with these each viewer took four times the memory.
nchan() {
	local frames=$TMP/viewers.busy.$REP.frames nginx address before memory watchers gateway
	local name=viewers.nchan.$REP
	start_nchan
	gateway=$nginx
	tests/bench/publish.py "$address" /pub "$frames" 0 first
	watch_map "$name" "$address" /sub 1
	watch_end "$name"
	# shellcheck disable=SC2046
	memory=$(pss_mb $(nchan_processes))
	watch_map "$name" "$address" /sub "$VIEWERS_MANY"
	# shellcheck disable=SC2046
	record viewers.nchan.bytes \
		"$(calculate "($(pss_mb $(nchan_processes)) - $memory) * 1048576 / $VIEWERS_MANY")"
	watch_end "$name"
	watch_map "$name" "$address" /sub "$VIEWERS_BUSY"
	# shellcheck disable=SC2046
	before=$(cpu_of_all $(nchan_processes))
	tests/bench/publish.py "$address" /pub "$frames" "$VIEWERS_PROBE_S"
	sleep 1 # the last of them
	watch_end "$name"
	# shellcheck disable=SC2046
	record viewers.nchan.frame_us "$(calculate "($(cpu_of_all $(nchan_processes)) - $before) * 1e6 / \
		$(seen_by "$name" frames)")"
	stop "$nginx"
}

# ---- all of it ----------------------------------------------------------------------------------

viewers_run() {
	local pipeline=viewers.$REP address gateway worker watchers show
	printf 'bench checkout %s *\n' "$(printf %s "$GATEWAY_KEY" | sha256sum | cut -d' ' -f1)" >"$TMP/keys"
	chmod 600 "$TMP/keys"
	ulimit -n "$VIEWERS_FILES" 2>/dev/null || true
	new_pipeline "$pipeline"
	start_worker "$pipeline"
	worker=$started
	for show in seats socket; do viewers_show "$pipeline" "$show-$REP-1" seat-; done
	for show in first once http; do viewers_show "$pipeline" "$show-$REP" A; done
	start_viewed "$pipeline"
	many_viewers
	first_maps
	busy_viewers busy "seats-$REP" "$VIEWERS_BUSY_S" --frames="$TMP/viewers.busy.$REP.frames"
	busy_viewers unread "seats-$REP" "$VIEWERS_BUSY_S" --idle=5
	probes
	cuts
	stop "$gateway"
	socket_viewers
	stop "$worker"
	drop_pipeline "$pipeline"
	drain_onsale alone
	drain_onsale watched
	bare bare
	bare bare_unix "unix:$TMP/bare.sock"
	! $has_nchan || nchan
}
