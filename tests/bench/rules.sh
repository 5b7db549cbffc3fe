# shellcheck shell=bash
# shellcheck disable=SC2154 # drained: see lib.sh
#
# rules.sh - areas, holds that change, and limits of customers, each beside the workload of named seats
# that it is measured against, which are onsale.sh's and accepted.sh's.

RULES_AREA_CAPACITY=$(pick 100000 500000)
RULES_AREA_REQUESTS=$(pick 40000 200000) # for 2 places each; every one is granted, every hold is live
RULES_HOLDS=5000
RULES_CHANGES=$(pick 20000 130000)
RULES_CUSTOMERS=$((ONSALE_REQUESTS / 2))

# Holds outlast the filling of the topic.
RULES_HOLD_S=1800

rules_prepare() {
	need onsale accepted
	new_pipeline area
	preload area --create --show-prefix=floor --seats-per-show=1 --area-capacity="$RULES_AREA_CAPACITY" \
		--mix=area:100 --seats-per-request=2 --requests="$RULES_AREA_REQUESTS" --hold-seconds=$RULES_HOLD_S
	new_pipeline area-onsale
	preload area-onsale --create --show-prefix=crowd --seats-per-show=1 --area-capacity="$ONSALE_SEATS" \
		--mix=area:100 --requests="$ONSALE_REQUESTS"
	new_pipeline change
	preload change --create --show-prefix=change --shows=2 --seats-per-show="$ACCEPTED_SHOW_SEATS" --pick=next \
		--holds=$RULES_HOLDS --mix=change:100 --requests=$((RULES_HOLDS + RULES_CHANGES)) \
		--hold-seconds=$RULES_HOLD_S
	new_pipeline customers
	# A name as long as the other's: it stands in every message.
	preload customers --create --show-prefix=club --seats-per-show="$ONSALE_SEATS" \
		--requests="$ONSALE_REQUESTS" --customers="$RULES_CUSTOMERS" --max-customer-seats=8 \
		--max-customer-holds=4
}

# rules_share REASON REQUESTS - of the last drain's answers.
rules_share() {
	local count
	count=$(value_of "reason.$1" <<<"$drained")
	calculate "${count:-0} / $2"
}

# rules_pair METRIC WORKLOAD AGAINST - both from their beginnings, each time in the other order. Leaves
# what was drained of the workload.
rules_pair() {
	local kept
	if ((REP % 2)); then
		drain_fresh "$3" "rules.$1.against.rate" "$B/holdfast-worker"
		drain_fresh "$2" "rules.$1.rate" "$B/holdfast-worker"
	else
		drain_fresh "$2" "rules.$1.rate" "$B/holdfast-worker"
		kept=$drained
		drain_fresh "$3" "rules.$1.against.rate" "$B/holdfast-worker"
		drained=$kept
	fi
}

rules_run() {
	rules_pair area area accepted
	record rules.area.granted "$(rules_share RESERVED "$RULES_AREA_REQUESTS")"
	rules_pair soldout area-onsale onsale
	record rules.soldout.refused "$(rules_share AREA_FULL "$ONSALE_REQUESTS")"
	rules_pair change change accepted
	record rules.change.granted "$(rules_share HOLD_CHANGED "$RULES_CHANGES")"
	rules_pair customers customers onsale
	record rules.customers.limited "$(rules_share CUSTOMER_LIMIT "$ONSALE_REQUESTS")"
}
