/*
 * unpack_setting.h - reading what a packed event of an organiser's has besides seats: packed.h.
 *
 * Included by common/message only.
 */
#ifndef HOLDFAST_MESSAGE_UNPACK_SETTING_H
#define HOLDFAST_MESSAGE_UNPACK_SETTING_H

#include "common/message/event.h"
#include "common/message/unpack.h"

/*
 * ev   its kind, time and seats are there; gets the rest
 * has  EVENT_HAS_*
 */
void unpack_setting(struct unpacking *from, struct event *ev, unsigned has);

#endif
