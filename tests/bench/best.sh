# shellcheck shell=bash
# shellcheck disable=SC2154 # drained: see lib.sh
#
# best.sh - the worker chooses: one show of rows of 40 that goes on sale by wishes for the best seats,
# until it is sold out and beyond, and as many that are all granted; each beside the same number of
# requests for named seats, which are onsale.sh's and accepted.sh's.

BEST_ROW_SEATS=40
BEST_REQUESTS=$(pick 16000 100000) # of 3 seats on average: every one is granted
BEST_AUDITED=$(pick 100000 1000000)

best_prepare() {
	need onsale accepted
	new_pipeline best
	preload best --create --pick=best --row-seats=$BEST_ROW_SEATS --seats-per-show="$ONSALE_SEATS" \
		--requests="$ONSALE_REQUESTS" --show-prefix=best
	new_pipeline best-accepted
	preload best-accepted --create --pick=best --row-seats=$BEST_ROW_SEATS --show-prefix=all \
		--shows="$ACCEPTED_SHOWS" --seats-per-show="$ACCEPTED_SHOW_SEATS" --requests="$BEST_REQUESTS"
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

best_run() {
	drain_fresh onsale best.named.rate "$B/holdfast-worker"
	drain_fresh best best.rate "$B/holdfast-worker"
	record best.refused "$(calculate "($(value_of reason.NOT_ENOUGH_SEATS <<<"$drained") + \
		$(value_of reason.NO_SEATS_TOGETHER <<<"$drained")) / $ONSALE_REQUESTS")"
	drain_fresh accepted best.accepted.named.rate "$B/holdfast-worker"
	drain_fresh best-accepted best.accepted.rate "$B/holdfast-worker"
	record best.accepted.granted \
		"$(calculate "$(value_of reason.RESERVED <<<"$drained") / $BEST_REQUESTS")"
	((REP > 1)) || best_audit
}
