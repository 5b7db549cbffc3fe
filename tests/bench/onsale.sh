# shellcheck shell=bash
# shellcheck disable=SC2154 # drained and started: see lib.sh
#
# onsale.sh - a show goes on sale: one show, 2 to 4 seats a request, most of them refused.
#
# The topic is filled first and decided afterwards, so that the worker alone sets the pace.

ONSALE_SEATS=$(pick 4000 20000)
ONSALE_REQUESTS=$(pick 40000 200000)

onsale_prepare() {
	new_pipeline onsale
	preload onsale --create --seats-per-show="$ONSALE_SEATS" --requests="$ONSALE_REQUESTS" --show-prefix=sale
}

onsale_run() {
	drain_fresh onsale onsale.rate "$B/holdfast-worker"
	record onsale.refused "$(calculate "$(value_of reason.SEATS_TAKEN <<<"$drained") / $ONSALE_REQUESTS")"
	if ! $IS_QUICK; then
		drain_fresh onsale onsale.500.rate "$B/holdfast-worker" --batch-max=500
	fi
}

# onsale_rate - what other scenarios set their own rates by.
onsale_rate() {
	[[ -n $(last onsale.rate) ]] || drain_fresh onsale onsale.rate "$B/holdfast-worker"
	last onsale.rate
}
