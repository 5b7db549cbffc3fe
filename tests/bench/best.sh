# shellcheck shell=bash
# shellcheck disable=SC2154 # drained: see lib.sh
#
# best.sh - the worker chooses: one show of rows of 40 that goes on sale by wishes for the best seats,
# until it is sold out and beyond; shows where every wish is granted, as many as a lane keeps in memory
# by default, and more than that. Each beside the same number of requests for named seats.

BEST_ROW_SEATS=40
BEST_SHOWS=$(pick 4 8)             # of ACCEPTED_SHOW_SEATS: within --cached-seats
BEST_REQUESTS=$(pick 16000 50000)  # of 3 seats on average: every one is granted
BEST_BEYOND_SHOWS=20
BEST_BEYOND_REQUESTS=20000         # they take far longer
BEST_AUDITED=$(pick 100000 1000000)

# best_fill NAME SHOWS REQUESTS ARGUMENT... - seats have places for named ones, too.
best_fill() {
	local name=$1 shows=$2 requests=$3
	shift 3
	new_pipeline "$name"
	preload "$name" --create --show-prefix=all --seats-per-show="$ACCEPTED_SHOW_SEATS" --shows="$shows" \
		--row-seats=$BEST_ROW_SEATS --requests="$requests" "$@"
}

best_prepare() {
	need onsale
	new_pipeline best
	preload best --create --pick=best --row-seats=$BEST_ROW_SEATS --seats-per-show="$ONSALE_SEATS" \
		--requests="$ONSALE_REQUESTS" --show-prefix=best
	best_fill best-accepted "$BEST_SHOWS" "$BEST_REQUESTS" --pick=best
	best_fill best-accepted-named "$BEST_SHOWS" "$BEST_REQUESTS" --pick=next
	$IS_QUICK || best_fill best-beyond $BEST_BEYOND_SHOWS $BEST_BEYOND_REQUESTS --pick=best
	$IS_QUICK || best_fill best-beyond-named $BEST_BEYOND_SHOWS $BEST_BEYOND_REQUESTS --pick=next
}

# How long the audit takes for that many wishes on one show, its search for each among it.
best_audit() {
	local begun
	new_pipeline best-audited
	preload best-audited --create --pick=best --row-seats=$BEST_ROW_SEATS --show-prefix=many \
		--seats-per-show="$ONSALE_SEATS" --requests="$BEST_AUDITED"
	drain best-audited "$B/holdfast-worker"
	begun=$(now_ms)
	with best-audited "$B/holdfast-audit" >"$TMP/audit" 2>>"$LOGS/audit.log" ||
		die "the audit failed: see $LOGS/audit.log"
	record best.audit_s "$(calculate "($(now_ms) - $begun) / 1000")"
	record best.audited "$BEST_AUDITED"
	drop_pipeline best-audited
}

# What a lane cannot keep in memory.
best_beyond() {
	! $IS_QUICK || return 0
	drain_fresh best-beyond-named best.beyond.named.rate "$B/holdfast-worker"
	drain_fresh best-beyond best.beyond.rate "$B/holdfast-worker"
	drain_fresh best-beyond best.beyond.kept.rate "$B/holdfast-worker" \
		--cached-seats=$((BEST_BEYOND_SHOWS * ACCEPTED_SHOW_SEATS))
}

best_run() {
	drain_fresh onsale best.named.rate "$B/holdfast-worker"
	drain_fresh best best.rate "$B/holdfast-worker"
	record best.refused "$(calculate "($(value_of reason.NOT_ENOUGH_SEATS <<<"$drained") + \
		$(value_of reason.NO_SEATS_TOGETHER <<<"$drained")) / $ONSALE_REQUESTS")"
	drain_fresh best-accepted-named best.accepted.named.rate "$B/holdfast-worker"
	drain_fresh best-accepted best.accepted.rate "$B/holdfast-worker"
	record best.accepted.granted \
		"$(calculate "$(value_of reason.RESERVED <<<"$drained") / $BEST_REQUESTS")"
	((REP > 1)) || best_beyond
	((REP > 1)) || best_audit
}
