/*
 * seat_state.h - what a seat is, or a place of an area, for people.
 */
#ifndef HOLDFAST_ADMIN_SEAT_STATE_H
#define HOLDFAST_ADMIN_SEAT_STATE_H

/* In the order of the second column of admin_read_seats. */
enum seat_state { STATE_AVAILABLE, STATE_BLOCKED, STATE_HELD, STATE_LAPSED, STATE_SOLD, STATE_COUNT };

const char *seat_state_name(enum seat_state state);
char seat_state_mark(enum seat_state state); /* in the drawing of a house */

#endif
