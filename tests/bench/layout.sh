# shellcheck shell=bash
#
# layout.sh - what the worker's choice of seats takes by itself, without requests and rows (layout.c),
# and the first wish of a show behind a takeover, which has to read the show (first_wish.c).

LAYOUT_SHOWS=(20000 100000) # seats

layout_prepare() {
	local seats
	for seats in "${LAYOUT_SHOWS[@]}"; do
		new_pipeline "wish-$seats"
		preload "wish-$seats" --create --pick=best --row-seats=40 --show-prefix=wish --seats-per-show="$seats" \
			--requests=1
		drain "wish-$seats" "$B/holdfast-worker"
	done
}

# The clock's time and, as it does not depend on what else the machine does, the processor's: of the
# program and of PostgreSQL, with the session's beginning.
layout_first_wish() { # SEATS
	local name value postgres
	postgres=$(cpu_postgres)
	TIMEFORMAT='%U %S'
	{ time "$B/tests/bench/first_wish" "$(url_of "wish-$1")" wish-1 >"$TMP/wish" 2>>"$LOGS/layout.log"; } \
		2>"$TMP/time" || die "first_wish failed: see $LOGS/layout.log"
	while read -r name value; do
		record "layout.$1.${name}_ms" "$value"
	done <"$TMP/wish"
	record "layout.$1.cpu_ms" \
		"$(calculate "($(cpu_postgres) - $postgres + $(awk '{ print $1 + $2 }' "$TMP/time")) * 1000")"
}

layout_run() {
	local name value seats
	"$B/tests/bench/layout" >"$TMP/layout" || die "layout failed"
	while read -r name value; do
		record "layout.$name" "$value"
	done <"$TMP/layout"
	for seats in "${LAYOUT_SHOWS[@]}"; do
		layout_first_wish "$seats"
	done
}
