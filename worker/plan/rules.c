#include "worker/plan/rules.h"

#include <assert.h>

#include "worker/plan/rules_list.h"

#define RULES_MAX 20

/* The first rule of a type's row that applies decides. */
static rule *const table[REQUEST_TYPE_COUNT][RULES_MAX] = {
    /* the organiser */
    [REQUEST_CREATE_SHOW] = {rule_show_exists, rule_create_show},
    [REQUEST_CHANGE_SHOW] = {rule_unknown_show, rule_wrong_owner, rule_holds_too_long,
                             rule_change_show},
    [REQUEST_ADD_SEATS] = {rule_unknown_show, rule_wrong_owner, rule_seat_exists,
                           rule_place_taken, rule_add_seats},
    [REQUEST_CHANGE_SEATS] = {rule_unknown_show, rule_wrong_owner, rule_unknown_seat,
                              rule_place_taken, rule_change_seats},
    [REQUEST_SET_AREAS] = {rule_unknown_show, rule_wrong_owner, rule_below_taken,
                           rule_set_areas},
    [REQUEST_SET_CHANNELS] = {rule_unknown_show, rule_wrong_owner, rule_key_taken,
                              rule_set_channels},
    [REQUEST_BLOCK_SEATS] = {rule_unknown_show, rule_wrong_owner, rule_unknown_seat,
                             rule_block_seats},
    [REQUEST_UNBLOCK_SEATS] = {rule_unknown_show, rule_wrong_owner, rule_unknown_seat,
                               rule_unblock_seats},
    [REQUEST_CANCEL] = {rule_unknown_show, rule_not_the_owner, rule_unknown_reservation,
                        rule_not_confirmed, rule_not_in_reservation, rule_cancel_part,
                        rule_cancel},
    /* the customer */
    [REQUEST_RESERVE] = {rule_unknown_show, rule_wrong_channel, rule_not_on_sale,
                         rule_too_many_seats, rule_hold_too_long, rule_unknown_seat,
                         rule_unknown_area, rule_already_reserved, rule_customer_required,
                         rule_customer_limit, rule_seats_taken, rule_leaves_single,
                         rule_area_full, rule_no_seats, rule_reserve},
    [REQUEST_CHANGE_HOLD] = {rule_unknown_show, rule_unknown_reservation, rule_wrong_session,
                             rule_confirmed_before, rule_hold_released, rule_hold_expired,
                             rule_not_in_reservation, rule_nothing_left, rule_change_not_on_sale,
                             rule_change_too_many, rule_hold_too_long, rule_unknown_seat,
                             rule_unknown_area, rule_change_over_limit, rule_seats_taken,
                             rule_leaves_single, rule_area_full, rule_no_seats,
                             rule_change_hold},
    [REQUEST_RELEASE] = {rule_unknown_reservation, rule_wrong_session, rule_confirmed_before,
                         rule_nothing_held, rule_release},
    [REQUEST_EXTEND] = {rule_unknown_show, rule_hold_too_long, rule_unknown_reservation,
                        rule_wrong_session, rule_confirmed_before, rule_hold_released,
                        rule_hold_expired, rule_extend},
    [REQUEST_CONFIRM] = {rule_unknown_reservation, rule_wrong_session, rule_already_confirmed,
                         rule_hold_released, rule_places_lost, rule_late_over_limit,
                         rule_confirm_held, rule_confirm_expired},
    /* the pipeline */
    [REQUEST_EXPIRE] = {rule_unknown_reservation, rule_expire, rule_not_due, rule_nothing_held},
};

bool rules_decide(struct turn *turn)
{
	rule *const *rules = table[turn->request->type];

	for (int i = 0; i < RULES_MAX && rules[i]; i++) {
		bool has_decided = rules[i](turn);

		if (turn->view->failed)
			return false;
		if (has_decided)
			return true;
	}
	assert(false && "every type ends with a rule that always decides");
	return false;
}
