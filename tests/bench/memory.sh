# shellcheck shell=bash
# shellcheck disable=SC2154 # drained and started: see lib.sh
#
# memory.sh - a show of 20,000 seats: how long until it is there, what the worker holds of memory
# with it and after a long run, and how soon a worker that starts gives its first answer. Besides, how
# long a stadium takes that has a plan.

MEMORY_SEATS=20000
MEMORY_REQUESTS=$(pick 40000 5000000)
MEMORY_PLAN_ROWS=2000 # of 40 seats

# memory_watch PID FILE - seconds and kilobytes, until the process is gone.
memory_watch() {
	local start=$SECONDS kb
	while kb=$(memory_kb "$1" VmRSS 2>/dev/null) && [[ -n $kb ]]; do
		printf '%s %s\n' $((SECONDS - start)) "$kb"
		sleep 1
	done >"$2"
}

# memory_long - the worker and a backlog, until all is answered.
memory_long() {
	local pid watcher
	start "memory.$REP" "$B/holdfast-worker" --until-caught-up
	pid=$started
	memory_watch "$pid" "$OUT/memory.$REP.dat" &
	watcher=$!
	while kill -0 "$pid" 2>/dev/null; do
		memory_kb "$pid" VmHWM >"$TMP/peak.new" 2>/dev/null && [[ -s $TMP/peak.new ]] && mv "$TMP/peak.new" "$TMP/peak"
		sleep 0.2
	done
	await "$pid" || die "the worker failed"
	wait "$watcher" || true
	record memory.peak_mb "$(calculate "$(cat "$TMP/peak") / 1024")"
}

# A plan as a file has it, each seat with all of its place.
memory_plan() {
	local before
	awk -v rows=$MEMORY_PLAN_ROWS 'BEGIN {
		print "seat_id,section,row,pos,category,x,y"
		for (row = 1; row <= rows; row++)
			for (seat = 1; seat <= 40; seat++)
				printf "Block %d Reihe %d Platz %d,Block %d,%d,%d,%s,%d,%d\n", row / 100, row, seat,
					row / 100, row, seat, row % 2 ? "A" : "B", seat * 50, row * 80
	}' >"$TMP/plan.csv"
	new_pipeline "plan.$REP"
	start_worker "plan.$REP"
	before=$(now_ms)
	with "plan.$REP" "$B/holdfast-admin" show create stadium-1 --plan="$TMP/plan.csv" \
		>"$LOGS/plan.log" 2>>"$LOGS/admin.log"
	record memory.plan_load_s "$(calculate "($(now_ms) - $before) / 1000")"
	stop "$started"
	drop_pipeline "plan.$REP"
}

memory_run() {
	local before requests=$MEMORY_REQUESTS
	((REP == 1)) || requests=$(pick 40000 200000) # the long run once
	new_pipeline "memory.$REP"
	start_worker "memory.$REP"
	before=$(now_ms)
	seq -f 'seat-%g' $MEMORY_SEATS |
		with "memory.$REP" "$B/holdfast-admin" show create hall-1 --seats=- 2>>"$LOGS/admin.log"
	record memory.show_load_s "$(calculate "($(now_ms) - $before) / 1000")"
	load "memory.$REP" --show-prefix=hall --seats-per-show=$MEMORY_SEATS --rate=0 --requests=20000 >/dev/null
	record memory.show_mb "$(calculate "$(memory_kb "$started" VmRSS) / 1024")"
	stop "$started"

	preload "memory.$REP" --show-prefix=hall --seats-per-show=$MEMORY_SEATS --requests=1 --seed=2
	before=$(now_ms)
	with "memory.$REP" "$B/holdfast-worker" --until-caught-up 2>>"$LOGS/worker.log"
	record memory.first_decision_s \
		"$(calculate "($("$B/tests/bench/replies" "memory.$REP.replies" | value_of last_ms) - $before) / 1000")"

	preload "memory.$REP" --show-prefix=hall --seats-per-show=$MEMORY_SEATS --seed=3 --requests="$requests"
	memory_plan
	memory_long
	record memory.requests "$requests"
	drop_pipeline "memory.$REP"
}
