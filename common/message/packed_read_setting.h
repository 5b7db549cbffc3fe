/*
 * packed_read_setting.h - reading what a packed event of an organiser's has besides seats.
 *
 * Included by common/message only.
 */
#ifndef HOLDFAST_MESSAGE_PACKED_READ_SETTING_H
#define HOLDFAST_MESSAGE_PACKED_READ_SETTING_H

#include "common/message/event.h"
#include "common/message/packed_bytes.h"

/*
 * ev   its kind, time and seats are there; gets the rest
 * has  EVENT_HAS_*
 */
void packed_read_setting(struct packed_bytes *from, struct event *ev, unsigned has);

#endif
