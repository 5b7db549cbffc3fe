# shellcheck shell=bash
# shellcheck disable=SC2154 # drained and started: see lib.sh
#
# expiry.sh - many holds lapse within a second, while two shows are on sale, one of them on the same
# partition and one on another, together at half of the rate that the worker drains; and how late a
# hold ends on an ordinary day.

EXPIRY_HOLDS=$(pick 10000 100000)
EXPIRY_CALM_SECONDS=$(pick 5 10) # the on-sale alone, before the holds lapse
EXPIRY_LATE_SECONDS=$(pick 4 20)

expiry_prepare() { need onsale; }

# expiry_held PREFIX - holds that are still there.
expiry_held() {
	sql "$(url_of "expiry.$REP")" -c "SELECT count(*) FROM holdfast.seat_reservations
		WHERE show_id LIKE '$1-%' AND status = 'held'"
}
expiry_is_over() { [[ $(expiry_held "$1") == 0 ]]; }
expiry_all_held() { (($(expiry_held hold) >= EXPIRY_HOLDS * 99 / 100)); }

# expiry_sold FROM_MS TO_MS PARTITION - refusals a second, as the shows on sale are sold out.
expiry_sold() {
	calculate "$("$B/tests/bench/replies" "expiry.$REP.replies" SEATS_TAKEN "$@" | value_of count) * 1000 / ($2 - $1)"
}

# expiry_hold_seconds - long enough for all to be decided, and for the on-sale before they lapse.
expiry_hold_seconds() {
	local rate
	rate=$(last accepted.rate)
	calculate "int($EXPIRY_HOLDS / ${rate:-5000} * 1.5) + 3 + $EXPIRY_CALM_SECONDS" | cut -d. -f1
}

expiry_crowd() {
	local rate seller sold_ms lapse_ms released_ms partition where
	rate=$(calculate "int($(onsale_rate) / 2)" | cut -d. -f1)
	load "expiry.$REP" --create --show-prefix=sale --shows=2 --placement=even --seats-per-show=1000 --rate=0 \
		--requests=5000 >/dev/null
	preload "expiry.$REP" --create --show-prefix=hold --placement=one \
		--shows=$((EXPIRY_HOLDS / 20000 + 1)) --seats-per-show=20000 --pick=next --seats-per-request=1 \
		--requests="$EXPIRY_HOLDS" --hold-seconds="$(expiry_hold_seconds)"
	wait_until expiry_all_held
	start "expiry.$REP" "$B/holdfast-producer" --load --show-prefix=sale --shows=2 --placement=even \
		--seats-per-show=1000 --rate="$rate" --seed=2 --seconds=600 --timeout-ms=600000 >"$LOGS/expiry.load"
	seller=$started
	sold_ms=$(($(now_ms) + 1500)) # its beginning is left out
	lapse_ms=$(sql "$(url_of "expiry.$REP")" -c "SELECT (extract(epoch FROM max(reserved_until)) * 1000)::int8
		FROM holdfast.seat_reservations WHERE show_id LIKE 'hold-%'")
	wait_until expiry_is_over hold
	stop "$seller"
	released_ms=$("$B/tests/bench/replies" "expiry.$REP.replies" EXPIRED | value_of last_ms)
	record expiry.release_s "$(calculate "($released_ms - $lapse_ms) / 1000")"
	if ((lapse_ms - sold_ms < 2500)); then
		note "the worker was too slow to see the on-sale alone before the holds lapsed"
		return 0
	fi
	for partition in 0 1; do
		where=other
		[[ $(sql "$(url_of "expiry.$REP")" -c "SELECT DISTINCT partition FROM holdfast.decisions
			WHERE show_id = 'hold-1'") != "$partition" ]] || where=same
		record expiry.$where.before.rate "$(expiry_sold "$sold_ms" $((lapse_ms - 1000)) $partition)"
		record expiry.$where.during.rate "$(expiry_sold "$lapse_ms" "$released_ms" $partition)"
	done
}

expiry_lateness() {
	load "expiry.$REP" --create --show-prefix=late --seats-per-show=20000 --pick=next --rate=50 --hold-seconds=2 \
		--seconds="$EXPIRY_LATE_SECONDS" >/dev/null
	wait_until expiry_is_over late
	record expiry.lateness_s "$(sql "$(url_of "expiry.$REP")" -c "SELECT percentile_cont(0.5) WITHIN GROUP
		(ORDER BY extract(epoch FROM ended_at - reserved_until)) FROM holdfast.seat_reservations
		WHERE show_id LIKE 'late-%' AND status = 'expired'")"
}

expiry_run() {
	local worker expirer
	new_pipeline "expiry.$REP" "expiry.$REP" 2
	start_worker "expiry.$REP"
	worker=$started
	start "expiry.$REP" "$B/holdfast-expirer"
	expirer=$started
	expiry_lateness
	expiry_crowd
	stop "$expirer"
	stop "$worker"
	drop_pipeline "expiry.$REP"
}
