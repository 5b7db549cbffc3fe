/*
 * status.h - what a seat and a reservation can be, and their names in messages and rows.
 */
#ifndef HOLDFAST_MESSAGE_STATUS_H
#define HOLDFAST_MESSAGE_STATUS_H

#include <stdbool.h>

#include "common/base/text.h"

enum seat_status { SEAT_AVAILABLE, SEAT_RESERVED, SEAT_SOLD, SEAT_STATUS_COUNT };

const char *seat_status_name(enum seat_status s);           /* "available" ... */
/* Of a seat that is not to be had: "blocked" where it is available and not open to who asks. */
const char *refused_status_name(enum seat_status s);
bool seat_status_of(struct text name, enum seat_status *s); /* false: no such */

enum reservation_status {
	RESERVATION_HELD,
	RESERVATION_RELEASED,
	RESERVATION_EXPIRED,
	RESERVATION_CONFIRMED,
	RESERVATION_CANCELLED,
	RESERVATION_STATUS_COUNT,
};

const char *reservation_status_name(enum reservation_status s); /* "held" ... */
bool reservation_status_of(struct text name, enum reservation_status *s);

#endif
