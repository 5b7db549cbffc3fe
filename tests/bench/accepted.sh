# shellcheck shell=bash
# shellcheck disable=SC2154 # drained and started: see lib.sh
#
# accepted.sh - every request is granted: 2 to 4 seats that nobody else asks for.
#
# Shows of 20,000 seats on one partition, as no hall has 400,000.

ACCEPTED_SHOW_SEATS=20000
ACCEPTED_SHOWS=$(pick 4 20)
ACCEPTED_REQUESTS=$(pick 20000 130000) # 3 seats each, on average: nearly all there are

accepted_prepare() {
	new_pipeline accepted
	preload accepted --create --show-prefix=full --shows="$ACCEPTED_SHOWS" \
		--seats-per-show="$ACCEPTED_SHOW_SEATS" --pick=next --requests="$ACCEPTED_REQUESTS"
}

accepted_run() {
	drain_fresh accepted accepted.rate "$B/holdfast-worker"
	record accepted.granted "$(calculate "$(value_of reason.RESERVED <<<"$drained") / $ACCEPTED_REQUESTS")"
	if ! $IS_QUICK; then
		drain_fresh accepted accepted.500.rate "$B/holdfast-worker" --batch-max=500
	fi
}
