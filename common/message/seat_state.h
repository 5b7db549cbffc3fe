/*
 * seat_state.h - what a seat is, or a place of an area, for people: more than its status says.
 */
#ifndef HOLDFAST_MESSAGE_SEAT_STATE_H
#define HOLDFAST_MESSAGE_SEAT_STATE_H

/*
 * Held and lapsed ones are `reserved` alike; blocked ones are available, to their channel alone. In
 * the order of the second column of admin_read_seats.
 */
enum seat_state { STATE_AVAILABLE, STATE_BLOCKED, STATE_HELD, STATE_LAPSED, STATE_SOLD, STATE_COUNT };

const char *seat_state_name(enum seat_state state); /* "available" ... */
char seat_state_mark(enum seat_state state);        /* in a drawing */

#endif
