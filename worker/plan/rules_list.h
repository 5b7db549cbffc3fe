/*
 * rules_list.h - the rules that the decision table is made of, by whose requests they are about.
 *
 * A rule that applies answers and says true; one that does not leaves the turn as it was. It is
 * named after what it answers. Which follows which: rules.c.
 */
#ifndef HOLDFAST_WORKER_PLAN_RULES_LIST_H
#define HOLDFAST_WORKER_PLAN_RULES_LIST_H

#include "worker/plan/turn.h"

typedef bool rule(struct turn *turn);

/* Of several types: rules_shared.c. */
rule rule_unknown_show, rule_unknown_reservation, rule_unknown_seat, rule_nothing_held;

/* The organiser's: rules_organiser.c. */
rule rule_wrong_owner;    /* the show has an owner, and it is another */
rule rule_not_the_owner;  /* the same, or it has none */
rule rule_show_exists, rule_create_show;
rule rule_holds_too_long, rule_change_show; /* by its policy, as it would be */
rule rule_seat_exists, rule_place_taken, rule_add_seats, rule_change_seats;
rule rule_key_taken, rule_set_channels;
rule rule_block_seats, rule_unblock_seats;
rule rule_cancel, rule_not_confirmed;
rule rule_cancel_part; /* rules_change.c */

/* About areas: rules_areas.c. */
rule rule_below_taken, rule_set_areas;
rule rule_unknown_area, rule_area_full;
/* Of turn->reservation, as unavailable_areas of the reply. true: there is one. */
bool rule_list_lost_areas(struct turn *turn);

/* The customer's: rules_customer.c. */
rule rule_wrong_session, rule_confirmed_before, rule_hold_released, rule_hold_too_long;
rule rule_wrong_channel, rule_not_on_sale, rule_too_many_seats, rule_already_reserved;
rule rule_seats_taken, rule_reserve;
rule rule_leaves_single; /* rules_best.c, as the next */
rule rule_no_seats;      /* for `best`; where there are, they become the turn's */
rule rule_customer_required; /* rules_limits.c, as the next */
rule rule_customer_limit;
rule rule_late_over_limit;   /* of a confirm when the hold's time is up */
rule rule_change_over_limit;
rule rule_not_in_reservation; /* rules_change.c, as the next; what is given back becomes `leaving` */
rule rule_nothing_left;       /* of the seats named the turn's are those not in the hold */
rule rule_change_not_on_sale, rule_change_too_many, rule_change_hold;
rule rule_release;
rule rule_hold_expired, rule_extend;
rule rule_already_confirmed, rule_confirm_held, rule_places_lost, rule_confirm_expired;

/* The pipeline's: rules_pipeline.c. */
rule rule_expire, rule_not_due;

#endif
